import { argument, type Call, flag } from "../call.ts";
import { buildPayload } from "../delivery.ts";
import { logIn } from "../login.ts";
import { asksForMembers } from "../text/mentions.ts";
import { measure } from "../text/plan.ts";

/** Shows what `msg send` would build. Offline, unless a group text has an `@`. */
export async function run(call: Call): Promise<number> {
  const target = { threadId: argument(call, 0), isGroup: flag(call, "group") };
  const message = argument(call, 1);
  const raw = flag(call, "raw");
  const self = target.isGroup && asksForMembers(message) ? await logIn(call) : undefined;
  const payload = buildPayload(call, self, target, message, raw);
  const { text, styles, mentions } = payload;
  const { textPropertiesLength, mentionInfoLength, requestLength } = measure(payload, target);
  const payloadObject = {
    msg: text,
    ...(styles.length === 0 ? {} : { styles: styles.map(({ start, len, style }) => ({ start, len, st: style })) }),
    ...(mentions.length === 0 ? {} : { mentions }),
  };
  const analysis = {
    payload: raw && mentions.length === 0 ? text : payloadObject,
    payloadObject,
    rawInputLength: message.length,
    renderedTextLength: text.length,
    styleCount: styles.length,
    mentionCount: mentions.length,
    textPropertiesLength,
    mentionInfoLength,
    requestParamsLengthEstimate: requestLength,
    sendPath: !target.isGroup ? "sms" : mentions.length > 0 ? "mention" : "sendmsg",
  };
  if (flag(call, "json")) call.out.json(analysis);
  else call.out.inspect(analysis);
  return 0;
}
