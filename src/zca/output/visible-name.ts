/** Longest name kept, in UTF-16 units; Zalo's own are far shorter. */
const MAX_NAME = 200;

/** Terminal sequences: colors, cursor movements, titles, links. */
const terminalSequences = /\u001b(?:\[[0-?]*[ -/]*[@-~]?|[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/gu;

/**
 * Characters that show nothing: format characters (bidirectional overrides, zero-width ones, tags), selectors, fillers.
 * The joiner inside an emoji and the selector behind one stay: without them "👨‍👩‍👧" would become three faces.
 */
const unseen =
  /(?<!\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier})?)\u200d|\u200d(?!\p{Extended_Pictographic})|(?<!\p{Emoji})\ufe0f|(?!\u200d|\ufe0f)[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/** Three marks on one letter are more than any language needs; a hundred of them paint over the lines around. */
const pileOfMarks = /(\p{M}{3})\p{M}+/gu;

/** Letters and digits that show, with single blanks between: nearly all names. Cleaning would change none of them. */
const plainName = /^(?:[[\p{L}\p{N}]--\p{Default_Ignorable_Code_Point}] ?)+(?<! )$/v;

/**
 * A name as it may be shown in logs, tables and prompts: NFC, one line, without anything that hides, overwrites or
 * reorders other text; at most 200 UTF-16 units. Empty when nothing visible is left.
 */
export function visibleName(text: string): string {
  const composed = text.length > MAX_NAME ? text : text.normalize("NFC");
  if (composed.length <= MAX_NAME && plainName.test(composed)) return composed;
  // More than this no program shows; bounds the work on a hostile name.
  let name = text.slice(0, 20 * MAX_NAME);
  // What is taken out may leave something new behind: parts of a sequence that meet, a letter and its mark.
  for (let cleaner = clean(name); cleaner !== name; cleaner = clean(name)) name = cleaner;
  return name;
}

function clean(text: string): string {
  const line = text
    .toWellFormed()
    .normalize("NFC")
    .replaceAll(terminalSequences, "")
    .replaceAll(unseen, "")
    .replaceAll(pileOfMarks, "$1")
    .replaceAll(/[\p{Cc}\p{Z}\u2800]+/gu, " ")
    .trim();
  return line.length > MAX_NAME
    ? line
        .slice(0, MAX_NAME)
        .replace(/[\ud800-\udbff]$/u, "")
        .trim()
    : line;
}
