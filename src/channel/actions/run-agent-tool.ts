import { jsonResult, type AgentToolResult } from "openclaw/plugin-sdk/tool-results";
import { normalizeAccountId } from "openclaw/plugin-sdk/account-id";
import { ZalouserError } from "../../errors.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { CHANNEL_ID } from "../channel-id.js";
import { listGroupEntries, listPeers, self } from "../operate/directory.js";
import { blockedReason } from "../operate/inspect.js";
import { supervisorSnapshot } from "../operate/supervisors.js";
import { isForOwner, toolActions, type ToolContext } from "./agent-tool.js";
import { accountOf, invalid, textParam } from "./params.js";

type Params = Readonly<Record<string, unknown>>;

const mostRows = 200;
const usualRows = 50;
const quiet = { log() {}, error() {}, exit() {} };

/** Reads for the agent; throws what is wrong in words for it. Lists come from the shared directory cache. */
export async function runAgentTool(
  given: unknown,
  context: ToolContext,
  signal?: AbortSignal,
): Promise<AgentToolResult<unknown>> {
  const params: Params = typeof given === "object" && given !== null ? { ...given } : {};
  const cfg = context.getRuntimeConfig?.() ?? context.runtimeConfig ?? context.config ?? {};
  const account = accountOf({ cfg, accountId: scopedAccount(params, context) ?? null });
  const { accountId } = account;
  if (!isForOwner(context)) {
    throw new ZalouserError("ACTION_NOT_ALLOWED", "Only the owner may read this account's contacts.", { accountId });
  }
  const action = toolActions.find((known) => known === params["action"]);
  if (action === undefined) throw invalid(account, `"action" is one of ${toolActions.join(", ")}.`);
  if (params["dryRun"] === true) return jsonResult({ dryRun: true, action, accountId });
  signal?.throwIfAborted();
  context.assertInvocationCurrent?.();
  const query = textParam(params, "query");
  const limit = rowsOf(account, params["limit"]);
  const question = { cfg, accountId, limit, runtime: quiet, ...(query === undefined ? {} : { query }) };
  switch (action) {
    case "friends":
      return jsonResult((await listPeers(question)).map(({ id, name, handle }) => ({ id, name, zaloName: handle })));
    case "groups":
      return jsonResult((await listGroupEntries(question)).map(({ id, name }) => ({ id, name })));
    case "me": {
      const me = await self(question);
      return jsonResult({ accountId, id: me?.id, name: me?.name });
    }
    case "status":
      return jsonResult(statusOf(account));
  }
}

/** A conversation on one of the accounts speaks for that account and for no other. */
function scopedAccount(params: Params, { messageChannel, agentAccountId, deliveryContext }: ToolContext) {
  const wanted = textParam(params, "accountId");
  const own = messageChannel === CHANNEL_ID ? (agentAccountId ?? deliveryContext?.accountId) : undefined;
  if (own === undefined || wanted === undefined || normalizeAccountId(wanted) === normalizeAccountId(own)) {
    return own ?? wanted;
  }
  throw new ZalouserError("ACTION_NOT_ALLOWED", `This conversation belongs to the account "${own}".`, {
    accountId: own,
  });
}

function rowsOf(account: ResolvedAccount, limit: unknown): number {
  if (limit === undefined) return usualRows;
  if (typeof limit === "number" && Number.isInteger(limit) && limit >= 1 && limit <= mostRows) return limit;
  throw invalid(account, `"limit" is a whole number from 1 to ${mostRows}.`);
}

/** Asks Zalo nothing. */
function statusOf(account: ResolvedAccount) {
  const { accountId, profile } = account;
  const snapshot = supervisorSnapshot(accountId);
  const blocked = blockedReason(account);
  const why = blocked ?? snapshot?.lastEnding?.detail;
  return {
    accountId,
    profile,
    connected: snapshot?.lifecycle === "ready",
    state: blocked === undefined ? (snapshot?.lifecycle ?? "stopped") : "blocked",
    ...(why === undefined ? {} : { why }),
  };
}
