import { setTimeout as pause } from "node:timers/promises";
import { argument, type Call, flag, numberOf, value } from "../call.ts";
import { CliError } from "../cli-error.ts";
import { resolveTarget } from "../delivery.ts";
import { logIn } from "../login.ts";
import type { ServerMessage } from "../world/records.ts";
import { readWire } from "../world/wire.ts";
import { useWebsocket } from "../world/websocket.ts";

/** Newest first. A direct conversation needs the websocket, which evicts the listener; a group is read over HTTP. */
export async function run(call: Call): Promise<number> {
  const source = value(call, "source") ?? "live";
  if (!["auto", "db", "live"].includes(source)) throw new CliError("--source must be one of: live, db, auto");
  if (source === "db") throw new CliError(`DB is not enabled for profile "${call.profile}".`);
  const count = Math.min(200, Math.max(1, numberOf(value(call, "count"), 20)));
  const self = await logIn(call);
  const target = resolveTarget(call, self, argument(call, 0));
  if (!target.isGroup) {
    const owner = { session: self.session, profile: call.profile, command: "msg recent" };
    call.journal.noteEvicted(useWebsocket(call.layout, owner));
  }
  const records = readWire(call.layout);
  const undone = new Set(records.flatMap((record) => (record.kind === "undone" ? [record.msgId] : [])));
  const inThread = (message: ServerMessage) =>
    target.isGroup
      ? message.isGroup && message.to === target.threadId
      : !message.isGroup &&
        [message.from, message.to].toSorted().join() === [self.uid, target.threadId].toSorted().join();
  const messages = records
    .filter((record) => record.kind === "message")
    .filter((message) => inThread(message) && !undone.has(message.msgId))
    .slice(-count)
    .toReversed()
    .map((message) => rowOf(message, target.threadId));
  const rows = await withGaps(messages, call);
  const threadType = target.isGroup ? "group" : "user";
  if (flag(call, "json")) call.out.json({ threadId: target.threadId, threadType, count: rows.length, messages: rows });
  else
    call.out.table(
      rows.map(({ msgId, cliMsgId, senderId, senderName, ts, content }) => ({
        msgId,
        cliMsgId,
        senderId,
        senderName,
        ts,
        content,
      })),
    );
  return 0;
}

/** Rows come newest first, and an answer with holes looks like any other: exit 0 and no word. */
async function withGaps<T>(rows: readonly T[], call: Call): Promise<readonly T[]> {
  const gap = call.strikes.take("history");
  if (gap === undefined) return rows;
  if (gap.ms !== undefined) await pause(gap.ms);
  if (gap.mode === "empty") return [];
  return gap.mode === "partial" ? rows.slice(0, gap.keep ?? 1) : rows.slice(gap.missing ?? 1);
}

function rowOf(message: ServerMessage, threadId: string) {
  const { msgId, cliMsgId, isGroup, from, fromName, ts, msgType, content } = message;
  const threadType = isGroup ? "group" : "user";
  return {
    msgId,
    cliMsgId,
    threadId,
    threadType,
    senderId: from,
    senderName: fromName,
    ts,
    msgType,
    undo: { msgId, cliMsgId, threadId, group: isGroup },
    content: typeof content === "string" ? content : JSON.stringify(content),
  };
}
