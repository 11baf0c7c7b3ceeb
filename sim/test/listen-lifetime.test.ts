import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { waitFor } from "../control/wait.ts";
import { zcaPath } from "../control.ts";
import { openRig, type Rig } from "./rig.ts";

let rig: Rig;
beforeEach(() => {
  rig = openRig();
});
afterEach(() => rig.close());

const lockFile = () => path.join(rig.home, "profiles", "work", "listener-owner.json");

describe("one listener, one websocket (contract 8.12, 8.14)", () => {
  it("refuses a second listener of the profile by name and pid", async () => {
    const listener = await rig.listen();
    const { code, stderr } = await rig.zca("--profile", "work", "listen", "--raw");
    expect([code, stderr]).toEqual([
      1,
      `Error: Another openzca listener already owns profile "work" (pid ${listener.child.pid}).\n`,
    ]);
    expect(rig.world.listenerPid("work")).toBe(listener.child.pid);
    expect(JSON.parse(readFileSync(lockFile(), "utf8"))).toMatchObject({ pid: listener.child.pid, profile: "work" });
  });

  it("passes over the lock of a dead process, not that of a living stranger", async () => {
    const owner = { profile: "work", sessionId: "a-b", startedAt: "" };
    writeFileSync(lockFile(), JSON.stringify({ ...owner, pid: process.pid }));
    expect((await rig.zca("-p", "work", "listen")).code).toBe(1);
    writeFileSync(lockFile(), JSON.stringify({ ...owner, pid: 2 ** 22 + 1 }));
    await rig.listen();
  });

  it("evicts the older websocket of the same session with 3000", async () => {
    const first = await rig.listen();
    const second = await rig.listen({ OPENZCA_LISTEN_ENFORCE_SINGLE_OWNER: "0" });
    const { code, stdout } = await first.ended;
    expect(code).toBe(0);
    expect(stdout).toMatch(/Listener closed \(3000\) \n\{"kind":"lifecycle","event":"closed",.*"code":3000\}\n$/u);
    second.child.kill();
    await second.ended;
    expect(rig.world.calls({ command: "listen" })[1]?.evicted).toHaveLength(1);
  });

  it.each([1000, 1006, 3003] as const)("exits 0 on close code %d", async (closeCode) => {
    const listener = await rig.listen();
    rig.world.close("work", closeCode, closeCode === 1000 ? "bye" : "");
    const { code, stdout } = await listener.ended;
    expect(code).toBe(0);
    expect(stdout).toContain(`Listener closed (${closeCode}) ${closeCode === 1000 ? "bye" : ""}\n`);
    expect(listener.lifecycle().at(-1)).toMatchObject({ event: "closed", code: closeCode });
    expect("reason" in (listener.lifecycle().at(-1) ?? {})).toBe(closeCode === 1000);
    expect(existsSync(lockFile())).toBe(false);
  });

  it("loses its websocket to msg recent of a direct conversation, not to that of a group", async () => {
    const listener = await rig.listen();
    await rig.zca("-p", "work", "msg", "recent", "-g", rig.group.groupId, "-j");
    expect(rig.world.isListening("work")).toBe(true);
    await rig.zca("-p", "work", "msg", "recent", rig.lan.uid, "-j");
    expect((await listener.ended).stdout).toContain("Listener closed (3000)");
  });
});

describe("signals and pipes (contract 5, 8.13)", () => {
  it.each([
    ["SIGTERM", 143],
    ["SIGINT", 130],
  ] as const)("cleans up on %s and exits %d", async (signal, code) => {
    const listener = await rig.listen();
    listener.child.kill(signal);
    expect(await listener.ended).toMatchObject({ code, signal: null });
    expect(existsSync(lockFile())).toBe(false);
    expect(existsSync(path.join(rig.home, "profiles", "work", "listen.sock"))).toBe(false);
    expect(rig.world.calls({ command: "listen" })[0]).toMatchObject({ exitCode: code, signal });
  });

  it.each(["SIGKILL", "SIGHUP"] as const)(
    "leaves lock and socket behind on %s, and a start without an end",
    async (signal) => {
      const listener = await rig.listen();
      listener.child.kill(signal);
      expect((await listener.ended).signal).toBe(signal);
      expect(existsSync(lockFile())).toBe(true);
      expect(existsSync(path.join(rig.home, "profiles", "work", "listen.sock"))).toBe(true);
      expect(rig.world.calls({ command: "listen" })[0]?.endedAt).toBeUndefined();
      expect(rig.world.isListening("work")).toBe(false);
    },
  );

  it("outlives its parent and keeps the lock", async () => {
    const script = `"${zcaPath}" --profile work listen > listen.log & exit 0`;
    const env = { PATH: process.env["PATH"] ?? "", HOME: rig.folder, OPENZCA_HOME: rig.home };
    spawnSync("sh", ["-c", script], { env, cwd: rig.folder, stdio: "ignore" });
    await rig.world.waitForListening("work");
    const pid = rig.world.listenerPid("work");
    if (pid === undefined) throw new Error("no listener");
    process.kill(pid, "SIGTERM");
    await waitFor("its end", () => (rig.world.listenerPid("work") === undefined ? true : undefined));
    expect(rig.world.calls({ command: "listen" })[0]?.exitCode).toBe(143);
  });

  it("dies of EPIPE on the next write when nobody reads, not before", async () => {
    const listener = await rig.listen();
    const exited = new Promise<number | null>((resolve) => listener.child.on("exit", (code) => resolve(code)));
    listener.child.stdout?.destroy();
    expect(rig.world.isListening("work")).toBe(true);
    rig.world.say({ from: rig.lan.uid, to: rig.bot.uid, text: "có ai không?" });
    expect(await exited).toBe(1);
    expect(listener.stderr()).toContain("EPIPE");
  });
});

describe("keep-alive (contract 8.12)", () => {
  it.each([1006, 3003] as const)("stays up and deaf after %d", async (code) => {
    const listener = await rig.listen({}, ["--raw", "-k"]);
    rig.world.close("work", code);
    await listener.until(`Listener closed (${code})`);
    rig.world.say({ from: rig.lan.uid, to: rig.bot.uid, text: "alo?" });
    expect(rig.world.listenerPid("work")).toBe(listener.child.pid);
    expect(rig.world.isListening("work")).toBe(false);
    listener.child.kill();
    expect((await listener.ended).code).toBe(143);
    expect(listener.records()).toEqual([]);
  });

  it("restarts itself after 1000, and after any code when told", async () => {
    const env = { OPENZCA_LISTEN_KEEPALIVE_RESTART_DELAY_MS: "10", OPENZCA_LISTEN_KEEPALIVE_RESTART_ON_ANY_CLOSE: "1" };
    const listener = await rig.listen(env, ["--raw", "-k"]);
    for (const code of [1000, 1006] as const) {
      rig.world.close("work", code);
      await listener.until(`Listener closed (${code})`);
      await rig.world.waitForListening("work");
    }
    rig.world.say({ from: rig.lan.uid, to: rig.bot.uid, text: "còn đó không" });
    await listener.untilRecords(1);
  });

  it("recycles with exit 75, printing again between the notice and the end", async () => {
    rig.world.control({ recycleReconnectMs: 100, recycleExitMs: 1500 });
    const listener = await rig.listen({}, ["--raw", "-k", "--recycle-ms", "50"]);
    await listener.until("Listener recycle triggered after 50ms to prevent stale session.");
    await waitFor(
      "the late reconnect",
      () => listener.lines().filter((line) => line.startsWith("Connected")).length === 2 || undefined,
    );
    rig.world.say({ from: rig.lan.uid, to: rig.bot.uid, text: "lần cuối" });
    expect((await listener.ended).code).toBe(75);
    expect(listener.records().map(({ content }) => content)).toEqual(["lần cuối"]);
  });
});
