import { beforeEach, expect, test } from "vitest";
import { typingFor } from "../../../src/channel/inbound/typing.ts";
import type { SendOutcome } from "../../../src/zca/index.ts";
import { hostRun } from "../../fakes/host.ts";
import { family, lan } from "./rig.ts";

let nowMs = 1_795_327_700_000;
let shown: string[];
beforeEach(() => {
  nowMs += 60_000;
  shown = [];
});

const parts = {
  now: () => nowMs,
  show: async (_run: unknown, { id }: { readonly id: string }): Promise<SendOutcome> => {
    shown.push(id);
    return { kind: "sent", messageIds: [] };
  },
};
const person = { kind: "user", id: lan } as const;
const group = { kind: "group", id: family } as const;
const runWith = (settings: object) => hostRun({ channels: { zalouser: settings } });

test("typing is shown once a turn, however often the host asks", async () => {
  const typing = typingFor(runWith({ typing: true }), person, parts);
  for (let times = 0; times < 5; times += 1) {
    await typing?.start();
    nowMs += 10_000;
  }
  expect(shown).toEqual([lan]);
});

test("typing is shown once in five seconds, whatever the conversation", async () => {
  const run = runWith({ typing: true });
  await typingFor(run, person, parts)?.start();
  nowMs += 4_999;
  await typingFor(run, group, parts)?.start();
  expect(shown).toEqual([lan]);
  nowMs += 1;
  await typingFor(run, group, parts)?.start();
  expect(shown).toEqual([lan, family]);
});

test("a clock that was set back does not silence it", async () => {
  const run = runWith({ typing: true });
  await typingFor(run, person, parts)?.start();
  nowMs -= 3_600_000;
  await typingFor(run, person, parts)?.start();
  expect(shown).toEqual([lan, lan]);
});

test.each([{}, { typing: false }])("nobody who did not ask for it pays for it: %j", (settings) => {
  expect(typingFor(runWith(settings), person, parts)).toBeUndefined();
});
