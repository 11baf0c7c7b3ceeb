import type { InboundQuote } from "./message-quote.js";
import { mediaSources } from "./message-media.js";
import { textOf } from "../output/values.js";

type Row = Readonly<Record<string, unknown>>;

/**
 * The words of a message without what the program added to them. A note is removed only when it repeats values of the line's own fields:
 * a person may type "[media attached: …]", and that stays text.
 */
export function plainText(record: Row, msgType: string, quote: InboundQuote | undefined): string {
  const content = textOf(record["content"]) ?? "";
  const sources = mediaSources(record);
  // Nearly every line: nothing was added, so there is nothing to look for.
  const isPlain = !quote && sources.own.length === 0 && sources.quoted.length === 0;
  if (isPlain && !content.startsWith("<non-text:")) return content;
  let lines = content.split("\n");
  if (quote) lines = withoutReplyContext(lines, quote);
  if (sources.quoted.length > 0)
    lines = withoutTrailing(lines, (line) => isMediaNote(line, "reply media attached", sources.quoted));
  if (sources.own.length > 0) lines = withoutLeading(lines, (line) => isMediaNote(line, "media attached", sources.own));
  const text = lines.join("\n");
  // Without a caption the program repeats an address in its place; without any words it names the kind.
  const isFiller = sources.own.includes(text.trim()) || /^<non-text:[\w.-]*>$/.test(text);
  return isFiller && (msgType !== "webchat" || text === "<non-text:webchat>") ? "" : text;
}

function withoutLeading(lines: readonly string[], isNote: (line: string) => boolean): string[] {
  const first = lines.findIndex((line) => !isNote(line));
  return first === -1 ? [] : lines.slice(first);
}

function withoutTrailing(lines: readonly string[], isNote: (line: string) => boolean): string[] {
  const last = lines.findLastIndex((line) => !isNote(line));
  return lines.slice(0, last + 1);
}

/** `[media attached: <source> (<type>) | <url>]`, `[media attached 1/2: …]` or `[media attached: 2 files]`, with sources the line names. */
function isMediaNote(line: string, label: string, sources: readonly string[]): boolean {
  if (!line.startsWith(`[${label}`) || !line.endsWith("]")) return false;
  const inner = line.slice(label.length + 1, -1);
  if (/^: \d+ files$/.test(inner)) return true;
  const numbered = /^(?: \d+\/\d+)?: /.exec(inner);
  if (!numbered) return false;
  const rest = inner.slice(numbered[0].length);
  // The longest match: one address may begin another.
  const source = sources.filter((candidate) => rest.startsWith(candidate)).sort((a, b) => b.length - a.length)[0];
  if (source === undefined) return false;
  const tail = rest.slice(source.length).replace(/^ \([^()]*\)/, "");
  return tail === "" || (tail.startsWith(" | ") && sources.includes(tail.slice(3)));
}

/** Removes a closing `[reply context: <name or uid>: <beginning of the quoted text>]` that says what the quote says. */
function withoutReplyContext(lines: readonly string[], quote: InboundQuote): string[] {
  const start = lines.findLastIndex((line) => line.startsWith("[reply context: "));
  if (start === -1) return [...lines];
  const note = lines.slice(start).join("\n");
  if (!note.endsWith("]")) return [...lines];
  const inner = note.slice("[reply context: ".length, -1);
  const owner = [quote.senderName, quote.ownerId].find(
    (name) => name !== undefined && inner.normalize("NFC").startsWith(`${name}: `),
  );
  if (owner === undefined) return [...lines];
  const summary = folded(inner.normalize("NFC").slice(owner.length + 2))
    .replace(/(?:…|\.\.\.)$/, "")
    .trimEnd();
  const quoted = folded(quote.text);
  const repeats =
    quoted === "" ? summary.startsWith("<") || summary === "" : summary !== "" && quoted.startsWith(summary);
  return repeats ? lines.slice(0, start) : [...lines];
}

function folded(text: string): string {
  return text.normalize("NFC").replaceAll(/\s+/g, " ").trim();
}
