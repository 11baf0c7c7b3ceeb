import { expect } from "vitest";
import type { Person } from "../../../sim/control.ts";
import type { Cast } from "../../gateway/rig/cast.ts";
import { record } from "../../gateway/rig/recording.ts";
import type { Stage } from "../../gateway/rig/stage.ts";
import { accountStatuses } from "../../gateway/rig/status.ts";
import { waitFor } from "../../gateway/rig/wait.ts";

/** A message of somebody who is let in is answered, with one `msg send` and nothing else. */
export async function expectAnswered(stage: Stage, { assistant, lan }: Cast, token: string): Promise<void> {
  await waitFor(
    "the account to be connected",
    async () => (await accountStatuses(stage.host)).get("default")?.connected,
    { explain: () => stage.host.log() },
  );
  const recording = record(stage);
  stage.zalo.say({ from: lan.uid, to: assistant.uid, text: token });
  await recording.answer(`pong: ${token}`);
  expect(recording.sent()).toHaveLength(1);
  expect(recording.calls().filter(({ command }) => command === "msg send")).toHaveLength(1);
}

/** Somebody who is not let in gets a code and never reaches the agent. */
export async function expectChallenged(stage: Stage, { assistant }: Cast, person: Person): Promise<void> {
  const recording = record(stage);
  stage.zalo.say({ from: person.uid, to: assistant.uid, text: "ping-cho-tôi-vào 🙂" });
  const challenge = await recording.answer(({ threadId }) => threadId === person.uid);
  expect(challenge.text).toContain(person.uid);
  expect(recording.asked()).toEqual([]);
}
