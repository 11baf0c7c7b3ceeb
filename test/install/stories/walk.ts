import { expect, test } from "vitest";
import { inFrontOf } from "../../gateway/rig/login.ts";
import { record } from "../../gateway/rig/recording.ts";
import { scanAndConfirm } from "../../gateway/journeys/first-steps.ts";
import type { RunningProgram } from "../../gateway/rig/program.ts";
import { checkOut, openclawFolder } from "../rig/checkout.ts";
import type { Home } from "../rig/home.ts";
import { blocksOf } from "../rig/page.ts";
import { openShell } from "../rig/shell.ts";

/** What a newcomer does with nothing but the README: its commands are taken from the page, in the order they stand there. */
export function walkStory(home: Home): void {
  test("every command of Install and Quick start, as it stands on the page, leads to an answered message", async () => {
    const { stage, cast, folder } = home;
    const { zalo, host } = stage;
    host.addToPath(openclawFolder);
    const shell = await openShell(stage, await checkOut(folder));
    const fromTarball = blocksOf("Install").filter(([first]) => first === "npm pack");
    const lines = [...fromTarball, ...blocksOf("Quick start")].flat();
    const next = (beginning: string): string => {
      const line = lines.shift() ?? "";
      expect(line.startsWith(beginning), `The page goes on with "${line}" where "${beginning} …" is due.`).toBe(true);
      return line;
    };

    await shell.type(next("npm pack"));
    await shell.type(next("openclaw plugins install ./"));

    const login = inFrontOf(shell.start(next("openclaw channels login"), { pty: true }));
    await scanAndConfirm(stage, login, await login.code(), cast.assistant.uid);

    await shell.type(next("openclaw config set"));
    const gateway = shell.start(next("openclaw gateway run"));
    try {
      await zalo.waitForListening("default", 90_000);
      const recording = record(stage);
      const say = (text: string) => zalo.say({ from: cast.lan.uid, to: cast.assistant.uid, text });
      say("Chào bạn, mình là Lan đây 🙂");
      const { text: challenge } = await recording.answer(({ threadId }) => threadId === cast.lan.uid);

      const waiting = await shell.type(next("openclaw pairing list"));
      expect(waiting).toContain(cast.lan.uid);
      const [, code = ""] = /pairing approve zalouser (\S+)/u.exec(challenge) ?? [];
      expect(waiting).toContain(code);
      await shell.type(next("openclaw pairing approve").replace("<code>", code));
      say("ping-người-mới 🌷");
      await recording.answer("pong: ping-người-mới");

      expect(await shell.type(next("openclaw channels status"))).toMatch(/Zalo Personal default:[^\n]* connected,/u);
      expect(lines).toEqual([]);
    } finally {
      await end(gateway);
    }
  });
}

async function end(gateway: RunningProgram): Promise<void> {
  gateway.kill("SIGTERM");
  await gateway.exited;
}
