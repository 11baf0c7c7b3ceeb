import { decide, type Decision } from "../../../src/channel/inbound/decide.ts";
import { toTurnMessage } from "../../../src/channel/inbound/turn-message.ts";
import { hostRun, type HostConfig } from "../../fakes/host.ts";

export const me = "3300912847765512008";

interface Said {
  readonly senderId: string;
  readonly senderName: string;
  /** Undefined for a direct message. */
  readonly groupId?: string | undefined;
  /** By default a question that mentions the account. */
  readonly text?: string;
}

/** What becomes of one message under a config, by the plugin and OpenClaw's own decisions. */
export function decisionOn(cfg: HostConfig, { senderId, senderName, groupId, text }: Said): Promise<Decision> {
  const run = hostRun(cfg, { ownId: me, ownName: "Trợ lý" });
  const isMentioned = groupId !== undefined && text === undefined;
  const message = toTurnMessage([
    {
      eventKey: "k",
      altKeys: [],
      messageId: "6921045577310",
      threadId: groupId ?? senderId,
      isGroup: groupId !== undefined,
      senderId,
      senderName,
      text: text ?? "@Trợ lý mấy giờ họp?",
      atMs: 1_795_327_700_456,
      msgType: "webchat",
      mentions: isMentioned ? [{ uid: me, pos: 0, len: 7, type: 0 }] : [],
      media: [],
      raw: {},
    },
  ]);
  return decide(run, message);
}
