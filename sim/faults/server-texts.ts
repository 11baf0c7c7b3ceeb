import type { ServerEffect } from "./effects.ts";

/** What the servers say (contract 10); the numeric codes are never printed. */
export const serverTexts = {
  "rate-limit": "Vượt quá số request cho phép",
  "stranger-refused": "Bạn chưa thể gửi tin nhắn đến người này vì người này chặn không nhận tin nhắn từ người lạ.",
  "cannot-receive": "Không thể nhận tin nhắn từ bạn.",
  "bad-parameter": "Tham số không hợp lệ",
  "network-down": "fetch failed",
  timeout: "Request timed out",
  "chunk-fails": "Vượt quá số request cho phép",
  "retry-once": "socket hang up",
} as const satisfies Partial<Record<ServerEffect["mode"], string>>;
