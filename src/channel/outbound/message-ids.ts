import { ZalouserError } from "../../errors.js";
import type { Target } from "../../policy/index.js";
import { runErrand } from "../../zca/index.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { knownMessage } from "../references/known-messages.js";
import { readForAction } from "./read-back.js";
import { standingRefusal } from "./refused-session.js";
import { senderFor } from "./senders.js";

export interface BothIds {
  readonly msgId: string;
  readonly cliMsgId: string;
}

/**
 * Both ids of a message. Known for what this process received within a day; anything else, the account's own messages
 * among them, is looked up in the conversation's history where that is allowed: one login, for a direct one in place of a
 * renewal of the listener.
 */
export async function idsOfMessage(
  account: ResolvedAccount,
  target: Target,
  msgId: string,
  mayLook: boolean,
): Promise<BothIds> {
  const { accountId } = account;
  const thread = `${target.kind}:${target.id}`;
  const known = knownMessage(accountId, thread, msgId);
  if (known !== undefined) return { msgId, cliMsgId: known.cliMessageId };
  const unknown = (why: string) =>
    new ZalouserError("MESSAGE_UNKNOWN", `Message ${msgId} was not found: ${why}.`, { accountId });
  if (!mayLook) throw unknown("it was not received here within a day, and only the owner may have the history read");
  const refusal = standingRefusal(account);
  if (refusal !== undefined) throw refusal;
  const { zca, queue } = senderFor(account);
  const read = await runErrand(queue, thread, (signal) => readForAction(zca, target, signal));
  if (read === undefined) throw unknown("too much is waiting to be sent");
  if ("why" in read) throw unknown(read.why.replace(/\.$/u, ""));
  const cliMsgId = read.rows.find((row) => row.msgId === msgId)?.cliMsgId;
  if (cliMsgId === undefined) throw unknown("the newest messages of the conversation do not have it");
  return { msgId, cliMsgId };
}
