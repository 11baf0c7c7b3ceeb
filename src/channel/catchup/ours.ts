import type { HistoryRow } from "../../zca/index.js";
import type { SendLedger } from "../outbound/send-ledger.js";
import { rowHashes } from "../outbound/send-print.js";

const OPEN_SENDS_MS = 24 * 60 * 60_000;
const CLOCKS_DIFFER_MS = 30_000;

/**
 * Sent by us: known by its id, or by its words where a gateway was killed before the id came back. Taken for the owner's,
 * our own answer would silence what was asked before it.
 */
export function isOurs(
  ledger: Pick<SendLedger, "isOurs" | "open">,
  { msgId, threadId, lane, msgType, content, atMs }: HistoryRow,
  nowMs: number,
): boolean {
  if (msgId !== undefined && ledger.isOurs(msgId, threadId)) return true;
  const hashes = rowHashes(msgType, content);
  return ledger
    .open(nowMs - OPEN_SENDS_MS, lane)
    .some(({ hash, startedAtMs }) => atMs >= startedAtMs - CLOCKS_DIFFER_MS && hashes.includes(hash));
}
