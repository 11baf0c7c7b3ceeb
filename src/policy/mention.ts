/** A mention as the line claims it. Its sender can forge all of it. */
export interface ClaimedMention {
  readonly uid: string;
  /** UTF-16 units of the text, `@` included. */
  readonly pos?: number | undefined;
  readonly len?: number | undefined;
  /** 1 = everybody. */
  readonly type?: number | undefined;
}

export interface MentionQuestion {
  readonly isGroup: boolean;
  readonly msgType?: string | undefined;
  readonly text: string;
  readonly mentions: readonly ClaimedMention[];
  readonly ownId?: string | undefined;
  /** The account's display name, for programs that report no mentions. */
  readonly ownName?: string | undefined;
}

export interface MentionEvidence {
  readonly addressed: boolean;
  /** `native`: a mention with the text to show for it; `name`: `@Own Name` in the text. */
  readonly evidence: "native" | "name" | "none";
  /** Somebody is addressed, if not this account. */
  readonly hasAnyMention: boolean;
}

const everybodyId = "-1";
const mentionTypes = new Set(["webchat", "chat.photo"]);

/** Was this account addressed? Evidence for the host's decision; a claim without `@` in the text is none. */
export function findMention(question: MentionQuestion): MentionEvidence {
  const { isGroup, text, mentions, ownId, ownName } = question;
  // A sticker's id arrives as a mention too. Legacy lines name no type.
  if (!isGroup || !mentionTypes.has(question.msgType || "webchat")) return nobody;
  const backed = mentions.filter((mention) => standsInText(mention, text));
  const own = backed.some(({ uid, type }) => uid === ownId && uid !== everybodyId && type !== 1);
  if (ownId !== undefined && own) return { addressed: true, evidence: "native", hasAnyMention: true };
  if (ownName !== undefined && namesInText(text, ownName, backed)) {
    return { addressed: true, evidence: "name", hasAnyMention: true };
  }
  return { ...nobody, hasAnyMention: backed.length > 0 };
}

const nobody: MentionEvidence = { addressed: false, evidence: "none", hasAnyMention: false };

function standsInText({ pos, len }: ClaimedMention, text: string): boolean {
  if (!Number.isSafeInteger(pos) || !Number.isSafeInteger(len)) return false;
  const start = pos ?? -1;
  const length = len ?? 0;
  return start >= 0 && length >= 2 && start + length <= text.length && text.charAt(start) === "@";
}

/** `@Own Name` as a word of its own, unless a mention of somebody else stands in that place: "@Lan" is not "@Lan Phạm". */
function namesInText(text: string, ownName: string, backed: readonly ClaimedMention[]): boolean {
  const name = ownName.trim().normalize("NFC").toLowerCase();
  if (name === "") return false;
  const searched = text.normalize("NFC").toLowerCase();
  const sought = `@${name}`;
  if (!searched.includes(sought)) return false;
  const taken = new Set(backed.map(({ pos }) => text.slice(0, pos).normalize("NFC").length));
  for (let at = searched.indexOf(sought); at >= 0; at = searched.indexOf(sought, at + 1)) {
    // The neighbors alone: a text of nothing but "@Own Name" must not cost the square of its length.
    const before = searched.slice(Math.max(0, at - 2), at);
    const after = searched.slice(at + sought.length, at + sought.length + 2);
    if (!/[\p{L}\p{N}\p{M}_]$/u.test(before) && !/^[\p{L}\p{N}\p{M}_]/u.test(after) && !taken.has(at)) return true;
  }
  return false;
}
