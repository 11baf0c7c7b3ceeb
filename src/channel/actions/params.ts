import type { ChannelMessageActionContext } from "openclaw/plugin-sdk/channel-contract";
import { ZalouserError } from "../../errors.js";
import { parseTarget, type Target } from "../../policy/index.js";
import { resolveAccount, settingPath, type ResolvedAccount } from "../account/accounts.js";
import { CHANNEL_ID, CHANNEL_PATH } from "../channel-id.js";
import { requireTarget } from "../messaging.js";
import type { DeliveryHooks } from "../outbound/deliver.js";

export type ActionContext = ChannelMessageActionContext;

/** The account an action is for; one that is off acts for nobody. */
export function accountOf({ cfg, accountId }: Pick<ActionContext, "cfg" | "accountId">): ResolvedAccount {
  const account = resolveAccount(cfg, accountId);
  if (account.fault) throw account.fault;
  if (account.enabled && account.configured) return account;
  const where = account.configured ? settingPath(account, "enabled") : CHANNEL_PATH;
  const what = account.configured ? `${where} is false.` : `${where} is not in the config.`;
  throw new ZalouserError("CONFIG_INVALID", what, { accountId: account.accountId });
}

/**
 * Where an action happens: the conversation named, else the one the turn runs in. The host fills in the latter where a
 * model names a group by `groupId`, which it offers and does not read; the group of the turn must not be taken for it.
 */
export function targetOf(ctx: ActionContext, account: ResolvedAccount): Target {
  const { params } = ctx;
  const named = [params["to"], params["target"], params["chatId"]].find(isText);
  const current = currentName(ctx);
  const groupId = textParam(params, "groupId")?.replace(/^(?:zalouser:)?(?:group:|g[:-])?/iu, "");
  const fallback = current ?? (groupId === undefined ? "" : `group:${groupId}`);
  const target = requireTarget(isText(named) ? named : fallback, account.accountId);
  if (groupId === undefined || (target.kind === "group" && target.id === groupId)) return target;
  const what = `"groupId" names ${groupId.slice(0, 40)}, the target is ${target.kind} ${target.id}. Name one conversation: "target": "group:<id>".`;
  throw invalid(account, what);
}

/** The Zalo conversation the turn runs in. */
export function currentConversation(ctx: Pick<ActionContext, "toolContext">): Target | undefined {
  const target = parseTarget(currentName(ctx) ?? "");
  return "error" in target ? undefined : target;
}

function currentName({ toolContext }: Pick<ActionContext, "toolContext">): string | undefined {
  if (toolContext?.currentChannelProvider !== CHANNEL_ID) return undefined;
  return toolContext.currentMessagingTarget ?? toolContext.currentChannelId;
}

export function groupOf(ctx: ActionContext, account: ResolvedAccount): Target {
  const target = targetOf(ctx, account);
  if (target.kind === "group") return target;
  const what = `${target.id} is a person; this needs a group, written as group:<id>.`;
  throw new ZalouserError("TARGET_INVALID", what, { accountId: account.accountId });
}

/** The first of these parameters that says something; the first entry of a list. */
export function textParam(params: Readonly<Record<string, unknown>>, ...names: readonly string[]): string | undefined {
  const values = names.map((name) => params[name]).map((value: unknown) => (Array.isArray(value) ? value[0] : value));
  const found = values.map((value) => (Number.isSafeInteger(value) ? String(value) : value)).find(isText);
  return found?.trim();
}

export function requiredText(ctx: ActionContext, account: ResolvedAccount, ...names: readonly string[]): string {
  const value = textParam(ctx.params, ...names);
  if (value !== undefined) return value;
  throw invalid(account, `The action "${ctx.action}" needs "${names[0] ?? ""}".`);
}

export function invalid({ accountId }: ResolvedAccount, what: string): ZalouserError {
  return new ZalouserError("ACTION_INVALID", what, { accountId });
}

/** The host's live authority is asked again directly before the call. */
export function hooksOf({ onPlatformSendDispatch, assertDirectAdapterHandoff }: ActionContext): DeliveryHooks {
  return { onDispatch: onPlatformSendDispatch, assertCurrent: assertDirectAdapterHandoff };
}

/** A message id as Zalo writes them. */
export function messageIdOf(account: ResolvedAccount, raw: string | undefined): string {
  if (raw === undefined) throw invalid(account, 'The action needs "messageId".');
  if (/^\d{6,24}$/u.test(raw)) return raw;
  throw invalid(account, `"${raw.slice(0, 40)}" is no id of a Zalo message, which is digits only.`);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}
