import type { SendQueue } from "./send-queue.js";

/**
 * Does something that must not meet a send of the profile, such as reading a conversation back, in the queue's order and
 * at its pace. Undefined when its turn did not come within the patience of a proactive send, or the queue is closing.
 * Rejects with what the work throws.
 */
export async function runErrand<T>(
  queue: SendQueue,
  threadKey: string,
  work: (signal: AbortSignal) => Promise<T>,
  signal?: AbortSignal,
): Promise<T | undefined> {
  let settled: Promise<T> | undefined;
  await queue.enqueue({
    threadKey,
    kind: "proactive",
    reads: true,
    ...(signal !== undefined && { signal }),
    tasks: [
      async (ending) => {
        settled = work(ending);
        await settled.catch(() => undefined);
        return { kind: "sent", messageIds: [] };
      },
    ],
  });
  return await settled;
}
