import type { OpenClawConfig } from "openclaw/plugin-sdk/config-contracts";
import { ZalouserError } from "../../errors.js";
import { isListedAccount, listAccountIds, resolveAccount, type ResolvedAccount } from "../account/accounts.js";
import { readListedEntry } from "../../policy/index.js";
import { requireTarget } from "../messaging.js";
import { lastKnownGroups } from "../operate/directory.js";
import { pause, resume } from "./conversations.js";

/** What an owner asks for, in a terminal or in a chat. */
export interface PauseRequest {
  readonly cfg: OpenClawConfig;
  readonly accountId: string | undefined;
  /** As typed. */
  readonly conversation: string;
  /** How long, as typed: `30m`, `2h`, `1d`. */
  readonly duration?: string | undefined;
}

const units: Readonly<Record<string, number>> = { m: 60_000, h: 60 * 60_000, d: 24 * 60 * 60_000 };

/** Takes effect with the next message, in a running gateway as well. Returns what was done, in words. */
export function pauseOnRequest({ duration, ...request }: PauseRequest, nowMs: number = Date.now()): string {
  const { accountId, thread } = meant(request);
  const forMs = duration === undefined ? undefined : durationMs(duration, accountId);
  const untilMs = forMs === undefined ? undefined : nowMs + forMs;
  pause(accountId, { thread, sinceMs: nowMs, ...(untilMs === undefined ? {} : { untilMs }) });
  const until = untilMs === undefined ? "until it is resumed" : `until ${new Date(untilMs).toISOString()}`;
  return `Paused ${thread} of Zalo account "${accountId}" ${until}: what is written there is kept as context, nothing is answered or sent.`;
}

export function resumeOnRequest(request: PauseRequest, nowMs: number = Date.now()): string {
  const { accountId, thread } = meant(request);
  return resume(accountId, thread, nowMs)
    ? `Resumed ${thread} of Zalo account "${accountId}": the next message is answered again.`
    : `${thread} of Zalo account "${accountId}" was not paused.`;
}

function meant({ cfg, accountId: asked, conversation }: PauseRequest): { accountId: string; thread: string } {
  const account = resolveAccount(cfg, asked);
  const { accountId } = account;
  // Or a slip of the pen would be told as done, and nothing paused.
  if (!isListedAccount(cfg, accountId)) {
    const what = `There is no such account; the config has ${listAccountIds(cfg).join(", ") || "none"}.`;
    throw new ZalouserError("CONFIG_INVALID", what, { accountId });
  }
  const { kind, id } = requireTarget(conversation, accountId);
  if (kind === "user" && conversation.trim() === id && isKnownGroup(account, id)) {
    throw new ZalouserError("TARGET_INVALID", `${id} is a group; write group:${id}.`, { accountId });
  }
  return { accountId, thread: `${kind}:${id}` };
}

function isKnownGroup({ accountId, settings }: ResolvedAccount, id: string): boolean {
  const listed = Object.keys(settings.groups ?? {}).map((key) => readListedEntry(key, "group"));
  return (
    listed.some((entry) => entry.kind === "id" && entry.id === id) ||
    lastKnownGroups(accountId).some((group) => group.id === id)
  );
}

function durationMs(typed: string, accountId: string): number {
  const { count = "", unit = "" } = /^(?<count>\d{1,4})(?<unit>[mhd])$/u.exec(typed)?.groups ?? {};
  const ms = Number(count) * (units[unit] ?? Number.NaN);
  if (ms > 0) return ms;
  throw new ZalouserError("ACTION_INVALID", `"${typed.slice(0, 20)}" is no duration; write 30m, 2h or 1d.`, {
    accountId,
  });
}
