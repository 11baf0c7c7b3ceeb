import { createChannelPairingController } from "openclaw/plugin-sdk/channel-pairing";
import { sendText } from "../../zca/index.js";
import { CHANNEL_ID } from "../channel-id.js";
import { deliver } from "../outbound/deliver.js";
import type { AccountRun } from "./account-run.js";
import type { TurnMessage } from "./turn-message.js";

/** Sends a stranger a pairing code, once per code; what they wrote goes no further. */
export async function challenge(run: AccountRun, message: TurnMessage): Promise<void> {
  const pairing = createChannelPairingController({ core: run.core, channel: CHANNEL_ID, accountId: run.accountId });
  await pairing.issueChallenge({
    senderId: message.senderId,
    senderIdLine: `Your Zalo user id: ${message.senderId}`,
    meta: { name: message.senderName },
    onCreated: () =>
      run.log.info(`pairing requested by ${message.senderId}; see \`openclaw pairing list ${CHANNEL_ID}\``),
    sendPairingReply: async (text) => {
      const target = { kind: "user", id: message.senderId } as const;
      const thread = { threadId: message.senderId, isGroup: false };
      await deliver(
        run.account(),
        target,
        [(zca, signal) => sendText(zca, { ...thread, text, raw: true }, signal)],
        {},
      );
    },
    onReplyError: (error) => run.log.warn(`pairing code for ${message.senderId} was not delivered: ${describe(error)}`),
  });
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
