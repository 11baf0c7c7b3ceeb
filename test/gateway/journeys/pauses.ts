import { expect, test } from "vitest";
import type { Cast } from "../rig/cast.ts";
import { record } from "../rig/recording.ts";
import type { Stage } from "../rig/stage.ts";
import { accountStatuses } from "../rig/status.ts";
import { waitFor } from "../rig/wait.ts";

/** What an owner does when a person wants a person: from the chat itself and from a terminal. */
export function pauseJourneys(stage: () => Stage, cast: () => Cast): void {
  const say = (text: string) => stage().zalo.say({ from: cast().lan.uid, to: cast().assistant.uid, text });
  const cli = async (...args: string[]) => {
    const { code, stdout, stderr } = await stage().host.cli(["zalouser", ...args]);
    expect(code, `${stdout}\n${stderr}`).toBe(0);
    return stdout;
  };

  test('its owner pauses a conversation in it, is told so and by "why" the reason, and resumes it in a terminal', async () => {
    const recording = record(stage());
    say("/zalouser pause 1h");
    await recording.answer("Paused user:");
    say("ping-lúc-nghỉ 🙂");
    const passedOver = async () => {
      const application = (await accountStatuses(stage().host)).get("default")?.application;
      return JSON.stringify(application?.["decisions"]).includes("owner_paused");
    };
    await waitFor("the message to be passed over", passedOver, { timeoutMs: 60_000 });
    expect(await cli("why", cast().lan.uid)).toContain("owner_paused");
    say("/zalouser why");
    await recording.answer("owner_paused");
    expect(recording.asked()).toEqual([]);
    expect(await cli("resume", cast().lan.uid)).toContain("Resumed");
    // Left to itself the model would echo the newest token, which may be the one of the context.
    stage().model.on("ping-làm-tiếp", "pong: ping-làm-tiếp");
    say("ping-làm-tiếp");
    await recording.answer("pong: ping-làm-tiếp");
    expect(recording.asked()).toHaveLength(1);
    expect(recording.asked()[0]?.turn).toContain("ping-lúc-nghỉ");
  });

  test("nobody but an owner can pause, whoever may talk to the account", async () => {
    const recording = record(stage());
    const to = { group: cast().family.groupId };
    const label = `@${cast().assistant.displayName}`;
    const mentions = [{ uid: cast().assistant.uid, pos: 0, len: label.length, type: 0 }];
    stage().zalo.say({ from: cast().huy.uid, to, text: `${label} /zalouser pause`, mentions });
    await recording.answer("requires authorization");
    stage().zalo.say({ from: cast().huy.uid, to, text: `${label} ping-vẫn-chạy`, mentions });
    await recording.answer("pong: ping-vẫn-chạy");
  });
}
