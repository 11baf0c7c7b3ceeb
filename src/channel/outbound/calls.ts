import type { OpenClawConfig } from "openclaw/plugin-sdk/config-contracts";
import { ZalouserError } from "../../errors.js";
import type { Target } from "../../policy/index.js";
import { carriesCaption, sendFile, travelsByListener } from "../../zca/index.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { supervisorSnapshot } from "../operate/supervisors.js";
import { localeOf } from "../texts.js";
import type { Call } from "./deliver.js";
import { localizeNotice } from "./host-notices.js";
import type { Quote } from "./quotes.js";
import { filePrint, picturePrint } from "./send-print.js";
import { planParts, textCalls } from "./text.js";

interface Words {
  readonly cfg: OpenClawConfig;
  readonly text: string;
  readonly quote?: Quote | undefined;
}

/** The calls that send a text. */
export async function callsForText(words: Words, account: ResolvedAccount, target: Target): Promise<Call[]> {
  const { cfg, text, quote } = words;
  return textCalls(target, await planParts(cfg, account, target, localizeNotice(text, localeOf(account))), quote);
}

/** The calls that send a staged file and what is said about it. A picture with its caption cannot quote. */
export async function callsForFile(
  { cfg, text, quote }: Words,
  account: ResolvedAccount,
  target: Target,
  file: string,
): Promise<Call[]> {
  const message = { threadId: target.id, isGroup: target.kind === "group", file };
  const parts = text.trim() === "" ? [] : await planParts(cfg, account, target, text);
  const [caption] = parts;
  // zca's caption is plain text: a formatted or long one goes as messages of its own, before the file it speaks of.
  if (carriesCaption(file) && parts.length === 1 && caption?.raw === true) {
    const print = picturePrint(caption.text);
    return [{ print, send: (zca, signal) => sendFile(zca, { ...message, caption: caption.text }, signal) }];
  }
  return [...textCalls(target, parts, quote), fileCall(account.accountId, message)];
}

/**
 * Files other than pictures travel over the listener's websocket. Without one, zca opens its own, and the two evict each
 * other.
 */
function fileCall(accountId: string, message: Parameters<typeof sendFile>[1]): Call {
  const byListener = travelsByListener(message.file);
  const send: Call["send"] = async (zca, signal) => {
    if (byListener && supervisorSnapshot(accountId)?.lifecycle !== "ready") {
      const what = "The listener is not connected, and this kind of file travels through it.";
      return { kind: "unsent", error: new ZalouserError("SEND_NOT_CONNECTED", what, { accountId }) };
    }
    return sendFile(zca, message, signal);
  };
  return { print: byListener ? filePrint(message.file) : picturePrint(""), send };
}
