import { readFileSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import { readdirSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createHostileRig, lan, me, patience, type HostileRig } from "./rig.ts";

const secret = "bi-mat-cua-may-chu-noi-bo";

describe("a link to a server of this very machine", () => {
  let rig: HostileRig;
  let server: Server;
  let base: string;
  let asked: string[];
  let endless: Set<ServerResponse>;

  beforeEach(async () => {
    asked = [];
    endless = new Set();
    const flood = Buffer.alloc(64 * 1024, `${secret} `);
    server = createServer((request, response) => {
      asked.push(request.url ?? "");
      if (request.url?.startsWith("/redirect") === true) {
        response.writeHead(302, { location: "/endless" }).end();
        return;
      }
      response.writeHead(200, { "content-type": "image/jpeg" });
      if (request.url?.startsWith("/small") === true) {
        response.end(secret);
        return;
      }
      // For as long as anybody reads.
      endless.add(response);
      const more = () => {
        while (!response.destroyed && response.write(flood));
      };
      response.on("drain", more).on("close", () => endless.delete(response));
      more();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    base = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
    rig = createHostileRig();
    rig.world.addPerson({ uid: lan, displayName: "Lan Phạm" });
    rig.settings = { dmPolicy: "allowlist", allowFrom: [lan] };
    rig.logIn();
  });

  afterEach(async () => {
    for (const response of endless) response.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    rig.dispose();
  });

  /** Memory of the listener, in MB. */
  const listenerMb = () => {
    const pid = rig.world.listenerPid("default");
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/VmHWM:\s+(\d+) kB/u.exec(status)?.[1]) / 1024;
  };

  test("no byte of it reaches disk or agent, the message still arrives, the listener's memory is flat", async () => {
    await rig.during(async () => {
      rig.world.say({ from: lan, to: me, text: "trước đã" });
      await vi.waitFor(() => expect(rig.turns).toHaveLength(1), patience);
      const before = listenerMb();
      const pid = rig.world.listenerPid("default");
      const link = (name: string, count: number) => {
        const href = `${base}/${name}?trang=${count}`;
        const media = {
          kind: "link",
          href,
          title: `Tin nóng ${name} ${count}`,
          thumb: `${base}/${name}.jpg?${count}`,
        } as const;
        rig.world.say({ from: lan, to: me, media });
      };
      const photo = { kind: "photo", thumb: `${base}/endless.jpg?t`, normal: `${base}/endless.jpg?n` } as const;
      rig.world.say({ from: lan, to: me, media: photo, text: "ảnh nội bộ" });
      for (let count = 0; count < 5; count += 1) for (const name of ["endless", "redirect"]) link(name, count);
      // Answers that are in time now and then, as connections stay open: what they bring must not be kept either.
      for (let count = 0; count < 30; count += 1) link("small", count);
      rig.world.say({ from: lan, to: me, text: "xong" });
      const heard = () => rig.turns.map(({ text }) => text).join("\n");
      for (const part of ["Tin nóng endless 4", "Tin nóng redirect 4", "Tin nóng small 29", "ảnh nội bộ", "xong"]) {
        await vi.waitFor(() => expect(heard()).toContain(part), { ...patience, timeout: 60_000 });
      }
      // Nobody reads those bodies any more, and nothing of them was kept.
      await vi.waitFor(() => expect(endless.size).toBe(0), patience);
      expect(listenerMb() - before).toBeLessThan(64);
      // The one that was there from the beginning, not one that took the place of a bloated one.
      expect(rig.world.listenerPid("default")).toBe(pid);
    });
    expect(asked.length).toBeGreaterThan(0);
    expect(JSON.stringify(rig.contexts)).not.toContain(secret);
    expect(rig.contexts.flatMap(({ media }) => media ?? [])).toEqual([]);
    const folder = process.env["OPENCLAW_STATE_DIR"] ?? "";
    for (const root of [rig.world.home, folder, process.env["HOME"] ?? ""]) expect(filesWith(root, secret)).toEqual([]);
  }, 120_000);
});

/** Every file below a folder whose bytes hold the text. */
function filesWith(root: string, text: string): string[] {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file).includes(text));
}
