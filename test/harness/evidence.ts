import type { JournalEntry, World } from "../../sim/control.ts";
import { readRecords } from "./host/record-file.ts";
import type { DeliveryRecord, TurnRecord } from "./host/records.ts";
import type { Call, Delivered, Turn } from "./evidence-types.ts";
import { partsIn } from "./tokens.ts";

const sending = new Set(["msg send", "msg image", "msg video", "msg voice", "msg upload", "msg link"]);

/** What the accounts sent, in the order of Zalo's servers. */
export function deliveredIn(world: World): Delivered[] {
  return world.messages().flatMap(({ profile, threadId, isGroup, text }) =>
    // What the owner's own phone says is not the account's doing.
    profile === undefined ? [] : [{ accountId: profile, thread: threadOf(threadId, isGroup), text }],
  );
}

/** Sending calls of zca, each with the host process that started it. */
export function callsIn(world: World, lives: readonly number[]): Call[] {
  return sendsIn(world).map(({ profile, startedAt, endedAt, ppid }) => ({
    accountId: profile,
    startedAtMs: startedAt,
    endedAtMs: endedAt,
    life: lives.indexOf(ppid) + 1,
  }));
}

export function sendsIn(world: World): JournalEntry[] {
  return world.journal().filter(isSending);
}

export function isSending({ command }: JournalEntry): boolean {
  return sending.has(command);
}

/** Turns the fake host took over, in that order. */
export function turnsIn(file: string): Turn[] {
  return readRecords<TurnRecord>(file).flatMap((record) =>
    record.kind === "recorded"
      ? [{ accountId: record.accountId, thread: threadOfAddress(record.to), text: record.text }]
      : [],
  );
}

/** Tokens of the deliveries that the fake host gave up, which its operator reads in the log and the dead letters. */
export function reportedIn(file: string): Set<string> {
  const texts = new Map<string, string>();
  const reported = new Set<string>();
  for (const record of readRecords<DeliveryRecord>(file)) {
    if (record.kind === "queued") texts.set(record.delivery, record.text);
    if (record.kind !== "failed") continue;
    for (const { answer } of partsIn(texts.get(record.delivery) ?? "")) {
      for (const token of answer.split("+")) reported.add(token);
    }
  }
  return reported;
}

export function threadOf(threadId: string, isGroup: boolean): string {
  return `${isGroup ? "group" : "user"}:${threadId}`;
}

function threadOfAddress(address: string): string {
  const bare = address.replace(/^zalouser:/u, "");
  return bare.startsWith("group:") ? bare : `user:${bare.replace(/^user:/u, "")}`;
}
