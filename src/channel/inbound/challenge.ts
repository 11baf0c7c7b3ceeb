import { createChannelPairingChallengeIssuer } from "openclaw/plugin-sdk/channel-pairing";
import { PlatformMessageNotDispatchedError } from "openclaw/plugin-sdk/error-runtime";
import { describeError } from "../../errors.js";
import { CHANNEL_ID } from "../channel-id.js";
import { textsOf } from "../texts.js";
import { deliver } from "../outbound/deliver.js";
import { countStranger } from "../outbound/first-contacts.js";
import { beforeDispatch } from "../outbound/outcome-errors.js";
import { planParts, textCalls } from "../outbound/text.js";
import type { AccountRun } from "./account-run.js";
import { floodHint, mayContactStranger, noteRefused, unsentCodes, type Refusal } from "./strangers.js";
import type { TurnMessage } from "./turn-message.js";

/** Sends a stranger a pairing code, once per code; what they wrote goes no further. */
export async function challenge(run: AccountRun, message: TurnMessage): Promise<void> {
  const { senderId, senderName } = message;
  const { accountId } = run;
  const unsent = unsentOf(run);
  let refusal: Refusal | undefined;
  const issue = createChannelPairingChallengeIssuer({
    channel: CHANNEL_ID,
    accountId,
    async upsertPairingRequest(request) {
      const { code, created } = await run.core.channel.pairing.upsertPairingRequest({
        ...request,
        channel: CHANNEL_ID,
        accountId,
      });
      // No code: as many requests wait as OpenClaw keeps.
      if (code === "") refusal = "pairing_full";
      return { code, created: code !== "" && (created || unsent.has(senderId)) };
    },
  });
  await issue({
    senderId,
    // Replaced as a whole below; the host asks for it all the same.
    senderIdLine: senderId,
    buildReplyText: ({ code }) => textsOf(run.account()).pairingCode({ code, senderId }),
    meta: { name: senderName },
    onCreated() {
      // Until the call leaves; a crash in between must not leave this person without their code.
      unsent.add(senderId);
      run.log.info(`pairing requested by ${senderId}; see \`openclaw pairing list ${CHANNEL_ID}\``);
    },
    async sendPairingReply(text) {
      const nowMs = Date.now();
      const isSpent = countStranger(run.account(), senderId, nowMs) !== undefined;
      if (isSpent || !mayContactStranger(accountId, nowMs)) refusal = "pairing_budget";
      else await sendCode(run, senderId, text);
    },
    onReplyError: (error) => {
      run.log.warn(`the pairing code for ${senderId} was not delivered: ${describeError(error)}`);
    },
  });
  report(run, message, refusal);
}

async function sendCode(run: AccountRun, senderId: string, text: string): Promise<void> {
  const unsent = unsentOf(run);
  const target = { kind: "user", id: senderId } as const;
  try {
    const parts = await beforeDispatch(run.accountId, () => planParts(run.cfg(), run.account(), target, text));
    await deliver(run.account(), target, textCalls(target, parts), {
      // Answers to admitted people go first, however many strangers write.
      kind: "proactive",
      onDispatch: async () => unsent.delete(senderId),
    });
  } catch (error) {
    if (error instanceof PlatformMessageNotDispatchedError) unsent.add(senderId);
    throw error;
  }
}

function unsentOf(run: AccountRun) {
  return unsentCodes(run.accountId, (error) => run.log.warn(describeError(error)));
}

function report(run: AccountRun, { threadId, senderId }: TurnMessage, refusal: Refusal | undefined): void {
  if (refusal === undefined) {
    return run.activity.decided({ threadId, senderId, result: "challenge", reason: "dm_policy_pairing" });
  }
  const account = run.account();
  const configPath = `${account.configPath}.dmPolicy`;
  run.activity.decided({ threadId, senderId, result: "drop", reason: refusal, configPath });
  // Once per flood: the log must not fill up with it; status has the count.
  if (noteRefused(run.accountId, senderId, refusal, Date.now()))
    run.log.warn(floodHint(account, Date.now()) ?? refusal);
}
