import { expect, test } from "vitest";
import type { SendOutcome } from "../../../src/zca/send/outcome.ts";
import { createSendQueue } from "../../../src/zca/send/send-queue.ts";
import { fakeClock, settle } from "../../fakes/clock.ts";

const lan = "user:5120034498771203345";
const huy = "user:8891200345671123490";
const codeOf = ([outcome]: readonly SendOutcome[]) => (outcome?.kind === "unsent" ? outcome.error.code : outcome?.kind);

test("a queue that closes starts nothing any more, not even what stood behind a message it takes back", async () => {
  const clock = fakeClock();
  const queue = createSendQueue({ accountId: "trợ-lý", clock, random: () => 0.9 });
  const started: string[] = [];
  const say = (threadKey: string, text: string) =>
    queue.enqueue({
      threadKey,
      kind: "reply",
      tasks: [
        async () => {
          started.push(text);
          return { kind: "sent", messageIds: ["7654321000001"] };
        },
      ],
    });
  void say(lan, "một");
  await settle();
  const waiting = [say(huy, "hai"), say(lan, "ba 🙂")];
  // Lan's conversation may go on by now, Huy's, which is next, may not.
  await clock.advance(1_600);
  await queue.close();
  expect((await Promise.all(waiting)).map(codeOf)).toEqual(["SEND_STOPPED", "SEND_STOPPED"]);
  await clock.advance(60_000);
  expect(started).toEqual(["một"]);
  expect(clock.pending).toBe(0);
  expect(queue.snapshot()).toMatchObject({ depth: 0, sent: 1, unsent: 2, unknown: 0 });
});
