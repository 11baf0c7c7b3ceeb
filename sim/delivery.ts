import { setTimeout as pause } from "node:timers/promises";
import { type Call, flag, numberOf } from "./call.ts";
import { CliError } from "./cli-error.ts";
import { serverTexts } from "./faults/server-texts.ts";
import { requireNetwork, type Self } from "./login.ts";
import { asksForMembers, findMentions } from "./text/mentions.ts";
import { renderMarkers } from "./text/markers.ts";
import { type Limits, type Payload, planChunks, type Target } from "./text/plan.ts";
import type { MessageDraft, Quote, ServerMessage } from "./world/records.ts";
import { postMessages } from "./world/wire.ts";

export function resolveTarget(call: Call, self: Self, threadId: string): Target {
  return checkTarget(self, { threadId, isGroup: flag(call, "group") });
}

/** The servers refuse an id of the wrong kind, which is what a forgotten or superfluous `-g` comes to. */
export function checkTarget(self: Self, { threadId, isGroup }: Target): Target {
  if (threadId === "") throw new CliError("Missing threadId");
  const known = isGroup
    ? self.people.group(threadId)?.members.includes(self.uid)
    : self.people.find(threadId) !== undefined;
  if (known !== true) throw new CliError("Tham số không hợp lệ");
  return { threadId, isGroup };
}

/** Text as it will be sent: formatted unless raw, with mentions looked up in groups. */
export function buildPayload(call: Call, self: Self | undefined, target: Target, text: string, raw: boolean): Payload {
  const rendered = raw ? { text, styles: [] } : renderMarkers(text);
  if (!target.isGroup || !asksForMembers(rendered.text)) return { ...rendered, mentions: [] };
  const members = self?.people.group(target.threadId)?.members ?? [];
  const people = members.flatMap((uid) => self?.people.find(uid) ?? []);
  return { ...rendered, mentions: findMentions(rendered.text, people) };
}

export function limitsOf(env: NodeJS.ProcessEnv): Limits {
  return {
    textLength: numberOf(env["OPENZCA_TEXT_MESSAGE_MAX_LENGTH"], 2000) || 2000,
    requestLength: numberOf(env["OPENZCA_TEXT_REQUEST_PARAMS_MAX_ESTIMATE"], 4000) || 4000,
  };
}

export interface TextJob {
  readonly target: Target;
  readonly text: string;
  readonly raw: boolean;
  readonly quote?: Quote;
}

/** Sends a text in as many messages as it takes, back to back; the answers' ids come in the same order. */
export async function sendText(call: Call, self: Self, job: TextJob): Promise<ServerMessage[]> {
  if (job.text === "") throw new CliError("Missing message content");
  const payload = buildPayload(call, self, job.target, job.text, job.raw);
  const sent: ServerMessage[] = [];
  for (const [index, chunk] of planChunks(payload, job.target, limitsOf(call.env)).entries()) {
    const quote = index === 0 ? job.quote : undefined;
    const fails = call.strikes.take("server", ({ mode, chunk = 1 }) => mode === "chunk-fails" && chunk === index + 1);
    if (fails !== undefined) throw new CliError(serverTexts["chunk-fails"]);
    sent.push(
      await post(call, self, job.target, {
        ...chunk,
        argvText: job.text,
        ...(quote === undefined ? {} : { quote }),
      }),
    );
  }
  return sent;
}

/** Puts one own message on the servers' log, with the CLI's own retry around it. */
export function post(
  call: Call,
  self: Self,
  target: Target,
  draft: Partial<MessageDraft> & { readonly text: string },
): Promise<ServerMessage> {
  return retrying(call, async () => {
    await call.strikes.serverError("start");
    requireNetwork(call);
    if (call.control.delayMs.send > 0) await pause(call.control.delayMs.send);
    const [message] = postMessages(call.layout, [{ ...addressed(call, self, target), ...draft }]);
    await call.strikes.serverError("sent");
    if (message === undefined) throw new CliError("Failed to parse response data");
    return message;
  });
}

export function addressed(call: Call, self: Self, { threadId, isGroup }: Target) {
  const members = isGroup ? (self.people.group(threadId)?.members ?? []) : [threadId, self.uid];
  return {
    from: self.uid,
    fromName: self.person.displayName,
    to: threadId,
    threadId,
    isGroup,
    recipients: members,
    profile: call.profile,
    call: call.journal.id,
  };
}

/** `OPENZCA_SEND_RETRY_COUNT`: a retry after a lost answer sends twice, which is the point of having it here. */
async function retrying<T>(call: Call, attempt: () => Promise<T>): Promise<T> {
  let left = numberOf(call.env["OPENZCA_SEND_RETRY_COUNT"], 1);
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const text = error instanceof Error ? error.message : "";
      const passing = /timeout|timed out|etimedout|econnreset|socket hang up|retry limit|temporary/iu.test(text);
      if (!passing || left === 0) throw error;
      left -= 1;
      await pause(numberOf(call.env["OPENZCA_SEND_RETRY_DELAY_MS"], 750));
    }
  }
}

/** Answers carry the id as a number or as quoted digits; which one is not settled, so both appear. */
export function answeredId(call: Call, message: Pick<ServerMessage, "msgId">): number | string {
  const { idForm, seed } = call.control;
  const asNumber = idForm === "alternate" ? (Number(message.msgId.slice(-6)) + seed) % 2 === 0 : idForm === "number";
  return asNumber ? Number(message.msgId) : message.msgId;
}
