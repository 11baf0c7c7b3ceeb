import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { waitFor } from "../control/wait.ts";
import { type CataloguedFault, faultCatalog } from "../control/fault-catalog.ts";
import { openMediaHost } from "./media-host.ts";
import { openRig, type Rig } from "./rig.ts";

/** A command line that meets an entry's faults. */
function argsOf({ command }: CataloguedFault, rig: Rig): string[] {
  const file = path.join(rig.folder, "ảnh.jpg");
  writeFileSync(file, "x");
  const rest: Record<string, readonly string[]> = {
    listen: ["--raw", "--supervised"],
    "msg send": ["--", rig.lan.uid, "chào"],
    "msg image": [rig.lan.uid, file],
    "msg upload": [file, rig.lan.uid],
    "msg recent": [rig.lan.uid, "-j"],
    "friend find": ["0912345678"],
    "friend list": ["-j"],
    "group members": [rig.group.groupId, "-j"],
    "auth login": ["--qr-path", path.join(rig.folder, "qr.png")],
  };
  return ["--profile", "work", ...command.split(" "), ...(rest[command] ?? [])];
}

/** Plays an entry against the bare program until its fault has struck. */
async function strike(entry: CataloguedFault, mediaUrl: string): Promise<void> {
  const rig = openRig();
  const staged = entry.stage(rig.world, "work");
  try {
    const env = { OPENZCA_QR_AUTO_OPEN: "0", OPENZCA_LISTEN_MEDIA_DIR: path.join(rig.folder, "media") };
    const struck = () => rig.world.calls({ command: entry.command }).some(({ faults }) => faults.length > 0);
    const { nth, every } = entry.faults[0]?.match ?? {};
    for (let call = 0; call < (nth ?? every ?? 1); call += 1) rig.start(argsOf(entry, rig), env);
    const media = { kind: "gif", href: mediaUrl, thumb: mediaUrl } as const;
    let spoken = false;
    const meet = () => {
      if (struck()) return true;
      if (!spoken && rig.world.isListening("work")) {
        spoken = true;
        rig.world.sayAll([
          { from: rig.lan.uid, to: rig.bot.uid, text: "chào" },
          { from: rig.lan.uid, to: rig.bot.uid, media },
        ]);
      }
      const [login] = rig.world.pendingLogins();
      if (login?.state === "pending") {
        rig.world.scanQr(login.payload, { as: rig.bot.uid });
        rig.world.confirmQr(login.payload);
      }
      return undefined;
    };
    await waitFor(`${entry.row}: ${entry.variant} (${entry.command})`, meet, 60_000);
  } finally {
    staged.undo();
    await rig.close();
  }
}

describe("the scripted entries of the catalog", () => {
  const scripted = faultCatalog.filter(({ faults }) => faults.length > 0);

  it("strike the command they name", { timeout: 600_000 }, async () => {
    const host = await openMediaHost();
    const waiting = [...scripted];
    const failures: string[] = [];
    const work = async () => {
      for (let entry = waiting.pop(); entry !== undefined; entry = waiting.pop()) {
        await strike(entry, `${host.base}/a.jpg`).catch((error: unknown) => failures.push(String(error)));
      }
    };
    await Promise.all([work(), work(), work()]);
    await host.close();
    expect(failures).toEqual([]);
  });
});
