import type { OpenClawConfig } from "openclaw/plugin-sdk/config-contracts";
import { callGatewayFromCli } from "openclaw/plugin-sdk/gateway-runtime";
import { describeError } from "../../errors.js";
import { resolveAccount } from "../account/accounts.js";
import { openAccountState } from "../account/state.js";
import { CHANNEL_ID } from "../channel-id.js";
import { listDeadLetters } from "./dead-letters.js";
import { factsFrom } from "./facts.js";
import { blockedReason } from "./inspect.js";
import { why } from "./why.js";

export interface WhyRequest {
  readonly cfg: OpenClawConfig;
  readonly accountId: string | undefined;
  /** As typed; absent: whatever was not answered. */
  readonly conversation: string | undefined;
  /** How the terminal reaches the gateway. */
  readonly gateway: Parameters<typeof callGatewayFromCli>[1];
}

/** Why an account did not answer: what the running gateway knows; without one, what it left on disk. */
export async function explain({ cfg, accountId: asked, conversation, gateway }: WhyRequest): Promise<string[]> {
  const account = resolveAccount(cfg, asked);
  const { accountId } = account;
  const letters = listDeadLetters(accountId);
  const given =
    letters.length === 0
      ? []
      : [
          `${letters.length} received message(s) were given up on: openclaw zalouser dead-letters list --account ${accountId}`,
        ];
  try {
    const answer = await callGatewayFromCli("channels.status", gateway, { channel: CHANNEL_ID }, { progress: false });
    const facts = factsFrom(answer, CHANNEL_ID).find((each) => each.accountId === accountId);
    if (facts !== undefined) return [...why(facts, conversation), ...given];
    return [`The gateway knows no Zalo account "${accountId}". Accounts: openclaw channels list`, ...given];
  } catch (error) {
    const reason = account.fault?.message ?? blockedReason(account);
    const last = openAccountState(accountId).exits.read()?.at(-1);
    return [
      `The gateway does not answer, so nothing is heard and nothing is answered: ${describeError(error)}`,
      "Start it with `openclaw gateway run`, or see `openclaw gateway status`.",
      ...(reason === undefined ? [] : [reason]),
      ...(last === undefined
        ? []
        : [`The listener of "${accountId}" ended last at ${new Date(last.atMs).toISOString()}: ${last.detail}`]),
      ...given,
    ];
  }
}
