import type { ChannelGatewayContext } from "openclaw/plugin-sdk/channel-contract";
import { channelBlockedPatch } from "openclaw/plugin-sdk/gateway-runtime";
import { ZalouserError, type ErrorCode } from "../../errors.js";
import type { EndingKind, SupervisorSnapshot } from "../../supervisor/index.js";
import type { ResolvedAccount } from "../account/accounts.js";

/** What a listener's end means to the operator; endings that end the account are told by its verdict instead. */
const endings: Readonly<Record<EndingKind, { readonly code: ErrorCode; readonly what: string }>> = {
  crash: { code: "ZCA_FAILED", what: "The listener ended unexpectedly" },
  "no-start": { code: "ZCA_FAILED", what: "The zca program did not start" },
  closed: { code: "ZCA_NETWORK", what: "Zalo closed the connection" },
  silent: { code: "ZCA_TIMEOUT", what: "The listener gave no sign of life and was ended" },
  network: { code: "ZCA_NETWORK", what: "Zalo could not be reached" },
  evicted: { code: "ZCA_SESSION_SHARED", what: "Another program opened this Zalo session" },
  kicked: { code: "ZCA_SESSION_ENDED", what: "Zalo ended this session, as after a login elsewhere" },
  recycle: { code: "ZCA_FAILED", what: "The listener is being renewed" },
  "lock-held": { code: "ZCA_BUSY", what: "Another listener holds this profile" },
  "logged-out": { code: "ZCA_LOGGED_OUT", what: "There is no Zalo login" },
  "login-refused": { code: "ZCA_LOGIN_REFUSED", what: "Zalo refused the saved login" },
  "binary-missing": { code: "ZCA_NOT_FOUND", what: "The zca program is missing" },
  "not-executable": { code: "ZCA_NOT_EXECUTABLE", what: "The zca program cannot be run" },
  unrecognized: { code: "ZCA_UNRECOGNIZED", what: "The program is no zca that this plugin knows" },
  unlicensed: { code: "ZCA_UNLICENSED", what: "zca has no valid license" },
};

const told = new Set<EndingKind>(["evicted", "kicked", "logged-out", "unlicensed", "silent"]);

type Context = ChannelGatewayContext<ResolvedAccount>;

/** Endings the log has told already, by account: publishing is repeated, the log is not. */
const logged = new Map<string, number>();

/** Publishes what the supervisor knows. A cooling account is `blocked` but not terminal, or the host would restart it with a fresh budget. */
export function publishSnapshot(ctx: Context, snapshot: SupervisorSnapshot): void {
  // Up to its very end a connection that is being renewed hears what is said: nothing to tell.
  if (snapshot.phase === "stopping" && snapshot.lifecycle !== "stopped") return;
  const { lastEnding, nextAttemptAtMs } = snapshot;
  const why = snapshot.lifecycle === "ready" ? undefined : describeWait(ctx.accountId, snapshot);
  // Whoever reads only the log finds there what status says.
  if (why !== undefined && lastEnding !== undefined && nextAttemptAtMs !== undefined) {
    if (logged.get(ctx.accountId) !== lastEnding.atMs) ctx.log?.warn(why);
    logged.set(ctx.accountId, lastEnding.atMs);
  }
  publish(ctx, statusPatch(snapshot, why));
}

/** Says why the account does not even try, as long as it may still come to it without help. */
export function publishWaiting(ctx: Context, why: string, untilMs: number | undefined): void {
  publish(ctx, { lifecycle: "blocked", connected: false, lastError: `${why}${nextTry(untilMs)}` });
}

/** Nobody but a person can help: the account ends, and `channels login` starts it again. */
export function publishBlocked(ctx: Context, error: ZalouserError): void {
  ctx.log?.error(error.message);
  publish(ctx, { connected: false, ...channelBlockedPatch(error.message) });
}

function publish(ctx: Context, patch: Partial<ReturnType<Context["getStatus"]>>): void {
  const { terminalDisconnect: _lifted, ...before } = ctx.getStatus();
  ctx.setStatus({ ...before, accountId: ctx.accountId, ...patch });
}

function statusPatch(snapshot: SupervisorSnapshot, why: string | undefined) {
  const { lifecycle, attempts, exits, lostAtMs, startedAtMs, connectedAtMs } = snapshot;
  const lastExit = exits.at(-1);
  const lostBy = lastExit === undefined || lastExit.asked !== undefined ? "renewed" : lastExit.kind;
  const common = {
    // The health monitor measures its patience from the last start and the last loss of the connection.
    ...(startedAtMs === undefined ? {} : { lastStartAt: startedAtMs }),
    ...(lostAtMs === undefined ? {} : { lastDisconnect: { at: lostAtMs, error: lostBy } }),
  };
  switch (lifecycle) {
    case "ready":
      return {
        ...common,
        lifecycle,
        running: true,
        terminalDisconnect: false,
        connected: true,
        lastConnectedAt: connectedAtMs ?? null,
        reconnectAttempts: 0,
        lastError: null,
      };
    case "starting":
      return { ...common, lifecycle, connected: false, reconnectAttempts: attempts };
    case "recovering":
    case "blocked":
      return { ...common, lifecycle, connected: false, reconnectAttempts: attempts, lastError: why ?? null };
    case "stopped":
      return { lifecycle, connected: false };
  }
}

function describeWait(accountId: string, snapshot: SupervisorSnapshot): string | undefined {
  const { lastEnding, nextAttemptAtMs, queued, atCeiling } = snapshot;
  if (queued) {
    return `Zalo account "${accountId}": It waits for its turn; the accounts of this machine log in one after another.`;
  }
  if (lastEnding === undefined) return undefined;
  return describeEnding(accountId, lastEnding.kind, lastEnding.detail, nextAttemptAtMs, { atCeiling });
}

/** One sentence for status: what happened, when it is tried again, what mends it. */
export function describeEnding(
  accountId: string,
  kind: EndingKind,
  detail: string,
  nextAttemptAtMs: number | undefined,
  { atCeiling = false }: { readonly atCeiling?: boolean } = {},
): string {
  const { code, what } = endings[kind];
  // Where the words above say it all, zca's own would only repeat them.
  const reason = detail === "" || told.has(kind) ? "" : ` (${detail.replace(/\.$/, "")})`;
  const limit = atCeiling ? " It has used up the starts of an hour; more would look like an attack to Zalo." : "";
  return new ZalouserError(code, `${what}${reason}.${limit}${nextTry(nextAttemptAtMs)}`, { accountId }).message;
}

function nextTry(atMs: number | undefined): string {
  return atMs === undefined ? "" : ` Next try at ${new Date(atMs).toISOString()}.`;
}
