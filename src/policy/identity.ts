/** Where a message goes. The kind travels with the id: Zalo's ids do not tell people from groups. */
export interface Target {
  readonly kind: "user" | "group";
  /** 5 to 24 digits; a string, because it is larger than a JavaScript number can hold. */
  readonly id: string;
}

export interface InvalidTarget {
  /** What is wrong with it, as the end of a sentence. */
  readonly error: string;
}

const channelPrefix = /^(?:zalouser|zlu):/i;
const kindPrefix = /^(user|group):/i;
const idPattern = /^\d{5,24}$/;

/** Whether a string is a Zalo id of a person or a group. */
export function isZaloId(value: string): boolean {
  return idPattern.test(value);
}

/** Reads `123`, `user:123` or `group:123`, each with or without `zalouser:` or `zlu:` before it. */
export function parseTarget(raw: string): Target | InvalidTarget {
  const trimmed = raw.trim();
  if (trimmed === "") return { error: "it is empty" };
  const withoutChannel = trimmed.replace(channelPrefix, "");
  const kind = kindPrefix.exec(withoutChannel)?.[1]?.toLowerCase() === "group" ? "group" : "user";
  const id = withoutChannel.replace(kindPrefix, "");
  if (id === "") return { error: "the id is missing" };
  if (!isZaloId(id)) return { error: "an id is 5 to 24 digits; names are not accepted" };
  return { kind, id };
}

/** The one spelling of a target: a person's id alone, a group's id behind `group:`. Parsing it gives the target back. */
export function formatTarget(target: Target): string {
  return target.kind === "group" ? `group:${target.id}` : target.id;
}

/** One allowlist entry as it is compared: an id without prefixes, `*`, or the name as typed (NFC), which matches no id. */
export function normalizeAllowEntry(raw: string | number): string {
  const entry = String(raw).trim().normalize("NFC");
  const bare = entry.replace(channelPrefix, "").replace(/^user:/i, "");
  return isZaloId(bare) || bare === "*" ? bare : entry;
}

/** What one entry of an allowlist, or one key of `groups`, says. `other` is neither id nor name and is left as typed. */
export type ListedEntry =
  | { readonly kind: "id"; readonly id: string }
  | { readonly kind: "everybody" }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "other" };

/** Reads an entry of a list of people (`user`) or of groups (`group`). Digits are ids, never names. */
export function readListedEntry(raw: string | number, listed: Target["kind"]): ListedEntry {
  const typed = String(raw).trim().normalize("NFC").replace(channelPrefix, "").trim();
  // The host's own reference to a list of people elsewhere in the config.
  if (typed.startsWith("accessGroup:")) return { kind: "other" };
  const prefix = kindPrefix.exec(typed)?.[1]?.toLowerCase();
  if (prefix !== undefined && prefix !== listed) return { kind: "other" };
  const bare = typed.replace(kindPrefix, "").trim();
  if (bare === "*") return { kind: "everybody" };
  if (isZaloId(bare)) return { kind: "id", id: bare };
  return /^\+?\d*$/.test(bare) ? { kind: "other" } : { kind: "name", name: bare };
}

/** Lower case without diacritics, for searching only: "tuan" finds "Tuấn". Never decide anything by it. */
export function searchFold(text: string): string {
  return text
    .normalize("NFD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll("đ", "d")
    .replaceAll(/\s+/gu, " ")
    .trim();
}
