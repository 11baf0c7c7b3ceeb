/** What an operator can name: a friend of the account, or a group it is in. */
export type NameKind = "person" | "group";

/** Somebody with every name they go by. For a person: what the account's owner sees, and what they call themselves. */
export interface NameHolder {
  readonly id: string;
  readonly names: readonly string[];
}

export interface NamedId {
  readonly id: string;
  readonly name: string;
}

/** What a name of the config stands for. Only `pinned` opens anything, and only to its one id. */
export type NameAnswer =
  | {
      readonly kind: "pinned";
      readonly id: string;
      /** The holder's name when the pair was pinned. */
      readonly name: string;
      /** The holder's name now, when it is another. */
      readonly nowCalled?: string | undefined;
      /** The holder was not in the newest list. */
      readonly missing?: boolean | undefined;
      /** Others with this name, or one that looks the same. They get nothing by it. */
      readonly rivals: readonly NamedId[];
    }
  | { readonly kind: "ambiguous"; readonly holders: readonly NamedId[] }
  | { readonly kind: "unknown"; readonly lookalikes: readonly NamedId[] };

export interface NameIndex {
  readonly byId: ReadonlyMap<string, NameHolder>;
  readonly byLook: ReadonlyMap<string, readonly NameHolder[]>;
}

/** Reports name a handful; an attacker with a thousand accounts must not fill the disk. */
export const MOST_REPORTED = 5;

const whiteSpace = /\p{White_Space}+/gu;
const hidden = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gv;
const emojiOrHidden = /\p{RGI_Emoji}|[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gv;

/** Two names are the same when their keys are: NFC, one blank for any white space, case does not count, diacritics do. */
export function nameKey(name: string): string {
  return spaced(name).toLowerCase().normalize("NFC");
}

/** Whether a name holds characters nobody sees, other than those that emoji are made of. No such name ever decides. */
export function isDisguised(name: string): boolean {
  return (spaced(name).match(emojiOrHidden) ?? []).some((found) => isHidden(found));
}

/** A name for logs and terminals: quoted, invisible characters spelled out, at most 60 characters. */
export function showName(name: string): string {
  const visible = spaced(name)
    .replaceAll('"', "'")
    .replaceAll(emojiOrHidden, (found) => (isHidden(found) ? `\\u{${codeOf(found)}}` : found));
  const characters = Array.from(visible);
  return characters.length > 60 ? `"${characters.slice(0, 59).join("")}…"` : `"${visible}"`;
}

/** Prepares a list for look-ups; an id listed twice is one holder with the names of both. */
export function indexNames(holders: Iterable<NameHolder>): NameIndex {
  const byId = new Map<string, NameHolder>();
  for (const { id, names } of holders) byId.set(id, { id, names: [...(byId.get(id)?.names ?? []), ...names] });
  const byLook = new Map<string, NameHolder[]>();
  for (const holder of byId.values()) {
    for (const look of new Set(holder.names.map((name) => lookOf(name)))) {
      const alike = byLook.get(look);
      if (alike === undefined) byLook.set(look, [holder]);
      else alike.push(holder);
    }
  }
  return { byId, byLook };
}

/**
 * Finds whom a name stands for. One who was found before keeps the name, whoever carries it now; without a pin it must
 * fit exactly one, and nobody else may have a name that only looks the same.
 */
export function findName(name: string, index: NameIndex, pin?: NamedId): NameAnswer {
  const alike = index.byLook.get(lookOf(name)) ?? [];
  if (pin !== undefined) return keepPin(name, index, pin, alike);
  const same = alike.filter((holder) => carries(holder, name));
  const [only] = same;
  if (only === undefined) return { kind: "unknown", lookalikes: report(alike, name) };
  if (alike.length > 1) return { kind: "ambiguous", holders: report(alike, name) };
  return { kind: "pinned", id: only.id, name: nameOf(only, name), rivals: [] };
}

function keepPin(name: string, index: NameIndex, pin: NamedId, alike: readonly NameHolder[]): NameAnswer {
  const holder = index.byId.get(pin.id);
  const rivals = report(
    alike.filter(({ id }) => id !== pin.id),
    name,
  );
  return {
    kind: "pinned",
    id: pin.id,
    name: pin.name,
    rivals,
    ...(holder === undefined ? { missing: true } : {}),
    ...(holder === undefined || carries(holder, name) ? {} : { nowCalled: nameOf(holder, name) }),
  };
}

function carries({ names }: NameHolder, name: string): boolean {
  const key = nameKey(name);
  return !isDisguised(name) && names.some((candidate) => nameKey(candidate) === key);
}

function report(holders: readonly NameHolder[], name: string): NamedId[] {
  return holders.slice(0, MOST_REPORTED).map((holder) => ({ id: holder.id, name: nameOf(holder, name) }));
}

/** The one of a holder's names that has to do with the name in question. */
function nameOf({ names }: NameHolder, name: string): string {
  const look = lookOf(name);
  return names.find((candidate) => lookOf(candidate) === look) ?? names[0] ?? "";
}

/** What is left of a name for the eye: compatibility forms, case and invisible characters do not tell people apart. */
function lookOf(name: string): string {
  const visible = nameKey(name).normalize("NFKC").replaceAll(hidden, "").toLowerCase();
  return spaced(visible);
}

/** NFC with single blanks. Not `trim` and `\s`: those take an invisible U+FEFF for a blank. */
function spaced(name: string): string {
  return name.normalize("NFC").replaceAll(whiteSpace, " ").replaceAll(/^ | $/g, "");
}

function isHidden(found: string): boolean {
  return found.replaceAll(hidden, "") === "";
}

function codeOf(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16);
}
