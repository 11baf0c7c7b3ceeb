import type { Locale } from "../../config.js";

const tryAgain = "⚠️ Mình đang gặp trục trặc nên chưa trả lời được. Bạn thử lại sau ít phút nhé.";
const startedAnew = "⚠️ Cuộc trò chuyện đã quá dài nên mình phải bắt đầu lại từ đầu. Bạn nhắn lại câu hỏi nhé.";
const tooLarge = "⚠️ Cuộc trò chuyện này đã quá dài với mình. Bạn nhắn /new để bắt đầu lại nhé.";

/**
 * Notices OpenClaw 2026.9 writes to a contact in English when a turn goes wrong, and what a Vietnamese contact reads
 * instead. Only a message that is such a notice as a whole is replaced; one that reads differently goes out as it is.
 */
export const vietnameseNotices: ReadonlyMap<string, string> = new Map([
  [
    "I couldn’t confirm whether my previous reply reached this chat, so I won’t resend it automatically. Please ask for any missing remainder.",
    "Mình không chắc câu trả lời trước đã tới bạn chưa nên không tự gửi lại. Nếu còn thiếu gì, bạn hỏi lại giúp mình nhé.",
  ],
  [
    "⚠️ OpenClaw couldn't produce or deliver a reply. Please try again. If this keeps happening, ask the operator to check the gateway logs.",
    "⚠️ Mình chưa trả lời được. Bạn thử lại nhé; nếu vẫn vậy, hãy báo cho chủ tài khoản.",
  ],
  ["I generated a reply but could not deliver it to this chat. Please try again.", tryAgain],
  [
    "I finished the turn, but it did not produce a visible reply. Please try again, or start a new session if this keeps happening.",
    tryAgain,
  ],
  [
    "⚠️ Something went wrong while processing your request. Please try again, or use /new to start a fresh session.",
    "⚠️ Có lỗi khi xử lý tin nhắn của bạn. Bạn thử lại, hoặc nhắn /new để bắt đầu lại nhé.",
  ],
  ["⚠️ This turn was interrupted because it stopped making progress. Please try again.", tryAgain],
  ["⚠️ Agent couldn't generate a response. Please try again.", tryAgain],
  [
    "⚠️ Agent couldn't generate a response. Note: some tool actions may have already been executed — please verify before retrying.",
    "⚠️ Mình chưa trả lời được, nhưng một vài việc có thể đã làm xong. Bạn kiểm tra trước khi thử lại nhé.",
  ],
  [
    "⚠️ Reply truncated at the model's output token limit. The text above is partial — ask to continue it.",
    "⚠️ Câu trả lời ở trên bị cắt vì quá dài. Bạn nhắn mình viết tiếp nhé.",
  ],
  [
    "⚠️ Gateway is restarting. Please wait a few seconds and try again.",
    "⚠️ Hệ thống đang khởi động lại. Bạn đợi vài giây rồi thử lại nhé.",
  ],
  [
    "⚠️ Previous run is still shutting down. Please try again in a moment.",
    "⚠️ Mình đang kết thúc việc trước đó. Bạn thử lại sau giây lát nhé.",
  ],
  [
    "This message was not queued because the session queue is full. Please try again after the current response finishes.",
    "Mình đang có quá nhiều tin nhắn chờ trả lời nên chưa nhận tin này. Bạn nhắn lại sau khi mình trả lời xong nhé.",
  ],
  ["⚠️ Context limit exceeded. I've reset our conversation to start fresh - please try again.", startedAnew],
  [
    "⚠️ Context limit exceeded during compaction. I've reset our conversation to start fresh - please try again.",
    startedAnew,
  ],
  ["⚠️ Context overflow — this conversation is too large for the model. Use /new to start a fresh session.", tooLarge],
  ["⚠️ Context is too large and auto-compaction could not recover this turn.", tooLarge],
]);

/** "⚠️ <provider>/<model> request failed (rate limited, HTTP 429). …": also names the model to whoever asks. */
const requestFailed = /^⚠️ (?:LLM|\S+\/\S+) request failed(?: \([^()\n]{1,80}\))?\.(?: [^\n]{1,120})?$/u;

/**
 * What a contact reads of an error, as which the host marks it. There are too many of them to know them all, and a new
 * OpenClaw has new ones; of several paragraphs the first may be an answer.
 */
export function failureNotice(text: string, locale: Locale): string {
  const notice = localizeNotice(text, locale);
  if (locale === "en" || notice !== text) return notice;
  return text.startsWith("⚠️") || !text.trim().includes("\n") ? tryAgain : text;
}

/** A text of the host in the language of the account's people. */
export function localizeNotice(text: string, locale: Locale): string {
  if (locale === "en") return text;
  const notice = text.trim();
  return vietnameseNotices.get(notice) ?? (requestFailed.test(notice) ? tryAgain : text);
}
