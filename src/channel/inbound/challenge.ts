import { createChannelPairingController } from "openclaw/plugin-sdk/channel-pairing";
import { PlatformMessageNotDispatchedError } from "openclaw/plugin-sdk/error-runtime";
import { describeError } from "../../errors.js";
import { CHANNEL_ID } from "../channel-id.js";
import { deliver } from "../outbound/deliver.js";
import { beforeDispatch } from "../outbound/outcome-errors.js";
import { planParts, textCalls } from "../outbound/text.js";
import type { AccountRun } from "./account-run.js";
import type { TurnMessage } from "./turn-message.js";

/** Codes that certainly never left this machine, by account and person. The host hands each out only once. */
const unsentCodes = new Map<string, string>();

/** Sends a stranger a pairing code, once per code; what they wrote goes no further. */
export async function challenge(run: AccountRun, { senderId, senderName }: TurnMessage): Promise<void> {
  const key = `${run.accountId}\n${senderId}`;
  const send = async (text: string) => {
    const target = { kind: "user", id: senderId } as const;
    try {
      const parts = await beforeDispatch(run.accountId, () => planParts(run.cfg(), run.account(), target, text));
      await deliver(run.account(), target, textCalls(target, parts), { kind: "reply" });
      unsentCodes.delete(key);
    } catch (error) {
      if (error instanceof PlatformMessageNotDispatchedError) unsentCodes.set(key, text);
      else unsentCodes.delete(key);
      run.log.warn(`the pairing code for ${senderId} was not delivered: ${describeError(error)}`);
    }
  };
  const pairing = createChannelPairingController({ core: run.core, channel: CHANNEL_ID, accountId: run.accountId });
  const { created } = await pairing.issueChallenge({
    senderId,
    senderIdLine: `Your Zalo user id: ${senderId}`,
    meta: { name: senderName },
    onCreated: () => run.log.info(`pairing requested by ${senderId}; see \`openclaw pairing list ${CHANNEL_ID}\``),
    sendPairingReply: send,
  });
  const unsent = unsentCodes.get(key);
  if (!created && unsent !== undefined) await send(unsent);
}
