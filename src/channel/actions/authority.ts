import { ZalouserError } from "../../errors.js";
import type { Target } from "../../policy/index.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { isListedOwner } from "../owners.js";
import { type ActionContext, currentConversation } from "./params.js";

type Asker = Pick<ActionContext, "cfg" | "requesterSenderId" | "senderIsOwner" | "toolContext">;

/**
 * Whether what is asked is asked by the owner. Nobody to name means an operator or a job of theirs. The host knows owners
 * and drops that knowledge on the way from an agent to the gateway, so its list is read here again.
 */
export function isAskedByOwner({ cfg, requesterSenderId, senderIsOwner, toolContext }: Asker): boolean {
  if (senderIsOwner === true) return true;
  const sender = requesterSenderId?.trim() ?? "";
  if (sender === "") return toolContext?.currentChannelProvider === undefined;
  return isListedOwner(cfg, toolContext?.currentChannelProvider ?? "", sender);
}

/**
 * The host's bounds between conversations do not know these actions; whoever is not the owner acts where they write, so
 * that nobody can have a message taken back that somebody else was sent.
 */
export function assertHere(ctx: ActionContext, account: ResolvedAccount, target: Target, what: string): void {
  if (isAskedByOwner(ctx)) return;
  const current = currentConversation(ctx);
  const isHere = current !== undefined && current.kind === target.kind && current.id === target.id;
  const isSameAccount = ctx.requesterAccountId == null || ctx.requesterAccountId === account.accountId;
  if (!isHere || !isSameAccount) assertOwner(ctx, account, `${what} in another conversation`);
}

/** Who may write to the account is not thereby trusted with its groups. */
export function assertOwner(ctx: Asker, { accountId }: ResolvedAccount, what: string): void {
  if (isAskedByOwner(ctx)) return;
  throw new ZalouserError("ACTION_NOT_ALLOWED", `Only the owner may have this account ${what}.`, { accountId });
}
