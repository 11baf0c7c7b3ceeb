/** What a message must have before anybody is asked whether its sender may write. */
interface ScreenedMessage {
  readonly senderId: string;
  readonly text: string;
  readonly media: { readonly length: number };
  /** What is neither words nor a file, such as a sticker. */
  readonly share?: object;
  readonly ownId?: string | undefined;
}

export type ScreenReason = "echo" | "empty";

type Screening = { readonly kind: "pass" } | { readonly kind: "drop"; readonly reason: ScreenReason };

/** Drops what is no message to us: our own words, and nothing at all. */
export function screenMessage(message: ScreenedMessage): Screening {
  // "0" is how Zalo writes one's own id; some programs pass it on.
  if (message.senderId === "0" || message.senderId === message.ownId) return { kind: "drop", reason: "echo" };
  const { text, media, share } = message;
  if (text.trim() === "" && media.length === 0 && share === undefined) return { kind: "drop", reason: "empty" };
  return { kind: "pass" };
}
