import type { ChannelGatewayContext } from "openclaw/plugin-sdk/channel-contract";
import { ZalouserError, type ErrorCode } from "../../errors.js";
import type { EndingKind, SupervisorSnapshot } from "../../supervisor/index.js";
import type { ResolvedAccount } from "../account/accounts.js";

/** What a listener's end means to the operator; endings that end the account are told by its verdict instead. */
const endings: Readonly<Record<EndingKind, { readonly code: ErrorCode; readonly what: string }>> = {
  crash: { code: "ZCA_FAILED", what: "The listener ended unexpectedly" },
  "no-start": { code: "ZCA_FAILED", what: "The zca program did not start" },
  closed: { code: "ZCA_NETWORK", what: "Zalo closed the connection" },
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

const told = new Set<EndingKind>(["evicted", "kicked", "logged-out", "unlicensed", "lock-held"]);

/** Publishes what the supervisor knows. A cooling account is `blocked` but not terminal, or the host would restart it with a fresh budget. */
export function publishSnapshot(ctx: ChannelGatewayContext<ResolvedAccount>, snapshot: SupervisorSnapshot): void {
  const { terminalDisconnect: _lifted, ...before } = ctx.getStatus();
  const { lastEnding, nextAttemptAtMs } = snapshot;
  const told = typeof before.lastDisconnect === "object" ? before.lastDisconnect?.at : undefined;
  // Once per ending: whoever reads only the log finds there what status says.
  if (lastEnding !== undefined && nextAttemptAtMs !== undefined && told !== lastEnding.atMs) {
    ctx.log?.warn(describeEnding(ctx.accountId, lastEnding.kind, lastEnding.detail, nextAttemptAtMs));
  }
  ctx.setStatus({ ...before, accountId: ctx.accountId, ...statusPatch(ctx.accountId, snapshot) });
}

function statusPatch(accountId: string, snapshot: SupervisorSnapshot) {
  const { lifecycle, attempts, lastEnding, nextAttemptAtMs, connectedAtMs } = snapshot;
  const trouble = lastEnding === undefined ? {} : { lastDisconnect: { at: lastEnding.atMs, error: lastEnding.kind } };
  const lastError =
    lastEnding === undefined
      ? undefined
      : describeEnding(accountId, lastEnding.kind, lastEnding.detail, nextAttemptAtMs);
  switch (lifecycle) {
    case "ready":
      return {
        lifecycle,
        running: true,
        terminalDisconnect: false,
        connected: true,
        lastConnectedAt: connectedAtMs ?? null,
        reconnectAttempts: 0,
        lastError: null,
        ...trouble,
      };
    case "starting":
      return { lifecycle, connected: false, reconnectAttempts: attempts };
    case "recovering":
      return { lifecycle, connected: false, reconnectAttempts: attempts, lastError: lastError ?? null, ...trouble };
    case "blocked":
      return { lifecycle, connected: false, reconnectAttempts: attempts, lastError: lastError ?? null, ...trouble };
    case "stopped":
      return { lifecycle, connected: false };
  }
}

/** One sentence for status: what happened, when it is tried again, what mends it. */
export function describeEnding(
  accountId: string,
  kind: EndingKind,
  detail: string,
  nextAttemptAtMs: number | undefined,
): string {
  const { code, what } = endings[kind];
  // Where the words above say it all, zca's own would only repeat them.
  const reason = detail === "" || told.has(kind) ? "" : ` (${detail.replace(/\.$/, "")})`;
  const next = nextAttemptAtMs === undefined ? "" : ` Next try at ${new Date(nextAttemptAtMs).toISOString()}.`;
  return new ZalouserError(code, `${what}${reason}.${next}`, { accountId }).message;
}
