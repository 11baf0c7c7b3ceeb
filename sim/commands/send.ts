import { argument, type Call, flag, value } from "../call.ts";
import { CliError } from "../cli-error.ts";
import { answeredId, resolveTarget, sendText } from "../delivery.ts";
import { logIn } from "../login.ts";
import { readQuote } from "../quote.ts";

export async function run(call: Call): Promise<number> {
  if (call.options.has("reply-id"))
    throw new CliError("`--reply-id` requires the local DB. Enable DB/listen sync first.");
  const self = await logIn(call);
  const target = resolveTarget(call, self, argument(call, 0));
  const replyTo = value(call, "reply-message");
  const quote = replyTo === undefined ? undefined : readQuote(replyTo, target);
  const raw = flag(call, "raw") || !call.grammar.doubleDash;
  const sent = await sendText(call, self, {
    target,
    text: argument(call, 1),
    raw,
    ...(quote === undefined ? {} : { quote }),
  });
  const answers = sent.map((message) => ({ message: { msgId: answeredId(call, message) }, attachment: [] }));
  const last = sent.at(-1);
  if (answers.length <= 1 || last === undefined) call.out.inspect(answers[0]);
  else call.out.inspect({ chunked: true, chunkCount: answers.length, msgId: last.msgId, response: answers });
  return 0;
}
