import { DEFAULT_LOCALE, type Locale } from "../config.js";
import type { ResolvedAccount } from "./account/accounts.js";

/** What the plugin itself writes to people in Zalo, as opposed to the agent. */
export interface Texts {
  /** Answer to a stranger; the code and the command for the owner stand in lines of their own. */
  pairingCode(facts: { readonly code: string; readonly senderId: string }): string;
  readonly approved: string;
  readonly answerTooLong: string;
}

const texts: Readonly<Record<Locale, Texts>> = {
  vi: {
    pairingCode: ({ code, senderId }) =>
      [
        "Chào bạn! Tài khoản này có trợ lý tự động và chỉ trả lời người đã được chủ tài khoản đồng ý.",
        "",
        `Mã ghép đôi của bạn: ${code}`,
        `Mã người dùng Zalo của bạn: ${senderId}`,
        "",
        "Mã có hiệu lực trong một giờ. Chủ tài khoản đồng ý bằng lệnh:",
        approveCommand(code),
      ].join("\n"),
    approved: "Bạn đã được chủ tài khoản đồng ý. Hãy nhắn lại câu hỏi của bạn nhé.",
    answerTooLong: "Câu trả lời dài quá, không gửi qua Zalo được. Bạn hỏi lại từng phần giúp mình nhé.",
  },
  en: {
    pairingCode: ({ code, senderId }) =>
      [
        "Hello! This account has an automatic assistant, which answers only people its owner has approved.",
        "",
        `Your pairing code: ${code}`,
        `Your Zalo user id: ${senderId}`,
        "",
        "The code is valid for one hour. The owner approves it with:",
        approveCommand(code),
      ].join("\n"),
    approved: "The owner of this account has approved you. Please send your question again.",
    answerTooLong: "The answer is too long for Zalo. Please ask for it in parts.",
  },
};

export function localeOf({ settings, fault }: ResolvedAccount): Locale {
  // A block with a fault may have any shape.
  return fault === undefined ? (settings.locale ?? DEFAULT_LOCALE) : DEFAULT_LOCALE;
}

export function textsOf(account: ResolvedAccount): Texts {
  return texts[localeOf(account)];
}

/** A code is unique among all accounts of the channel: the command needs no account. */
function approveCommand(code: string): string {
  return `openclaw pairing approve zalouser ${code}`;
}
