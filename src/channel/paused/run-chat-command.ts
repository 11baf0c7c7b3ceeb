import { describeError } from "../../errors.js";
import { CHANNEL_ALIAS, CHANNEL_ID } from "../channel-id.js";
import { resolveAccount } from "../account/accounts.js";
import { accountFacts } from "../operate/facts.js";
import { why } from "../operate/why.js";
import { requireTarget } from "../messaging.js";
import { chatUsage, type ChatContext } from "./chat-command.js";
import { expectConfirmation } from "./confirmations.js";
import { pauseOnRequest, resumeOnRequest } from "./requests.js";

/** Does what was asked for and returns what was done or is wrong, in words. Those may leave even where it has paused. */
export function runChatCommand(context: ChatContext): string {
  const text = inWords(() => carryOut(context));
  const from = here(context);
  if (from !== undefined) {
    const { accountId } = resolveAccount(context.config, context.accountId);
    const { kind, id } = requireTarget(from, accountId);
    expectConfirmation(accountId, `${kind}:${id}`, text);
  }
  return text;
}

function inWords(work: () => string): string {
  try {
    return work();
  } catch (error) {
    return describeError(error);
  }
}

function carryOut(context: ChatContext): string {
  const { config: cfg, accountId } = context;
  const [verb = "", ...words] = (context.args ?? "").trim().split(/\s+/u);
  const isDuration = (word: string | undefined) => word !== undefined && /^\d+[a-z]$/iu.test(word);
  const named = words[0] === undefined || isDuration(words[0]) ? undefined : words[0];
  const conversation = named ?? here(context);
  const duration = words.find((word) => isDuration(word));
  if (verb === "why") {
    const account = resolveAccount(cfg, isOurs(context) ? accountId : undefined);
    return why(accountFacts(account), conversation).join("\n");
  }
  if (conversation === undefined || (verb !== "pause" && verb !== "resume")) return chatUsage;
  const request = { cfg, accountId: isOurs(context) ? accountId : undefined, conversation };
  return verb === "pause" ? pauseOnRequest({ ...request, duration }) : resumeOnRequest(request);
}

/** The conversation the command was written in, where that is one of Zalo's. */
function here(context: ChatContext): string | undefined {
  return isOurs(context) ? context.from : undefined;
}

function isOurs({ channel }: ChatContext): boolean {
  return channel === CHANNEL_ID || channel === CHANNEL_ALIAS;
}
