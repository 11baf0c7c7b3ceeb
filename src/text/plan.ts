import { chunkRanges } from "./chunk.js";
import { findTextFault, isBlank, type TextRefusal } from "./inspect.js";
import { withPlainBreaks } from "./lines.js";
import { readMarkdown } from "./markdown.js";
import { writeMarkers } from "./markers.js";
import { meantMentions, type MentionName, mentionStarts, wordJoiner } from "./mentions.js";
import { insertAt, plain, sliceStyled, type StyledText, type TextRange } from "./styled.js";

/** One `zca msg send` call, one Zalo message. */
export interface TextPart {
  /** The text argument. */
  readonly text: string;
  /** Whether the call needs `--raw`; without it `zca` reads `text` as its own marks. */
  readonly raw: boolean;
  /** What the recipient sees and what history will show. */
  readonly rendered: string;
  /** UTF-16 units of `rendered`. */
  readonly renderedLength: number;
}

export interface TextPlanOptions {
  readonly isGroup: boolean;
  /** UTF-16 units of rendered text in one message; Zalo's own client stops at 2000. */
  readonly limit?: number;
  /** Estimated characters of one request; `zca` splits above 4000. */
  readonly requestLimit?: number;
  /** Names of the group's members: an `@name` of exactly one of them is left for `zca` to turn into a mention. */
  readonly members?: readonly MentionName[];
  /** `false` for a program that sends every text as it is: styles are left out instead of shown as marks. */
  readonly styles?: boolean;
}

export type TextPlan = { readonly parts: readonly TextPart[] } | { readonly refused: TextRefusal };

/** Turns a model's Markdown into Zalo messages, in order. */
export function planText(markdown: string, options: TextPlanOptions): TextPlan {
  const refused = findTextFault(markdown);
  if (refused !== undefined) return { refused };
  const { isGroup, limit = 2000, requestLimit = 4000 } = options;
  const styled = readText(markdown, options.styles ?? true);
  // Found in the whole text: a part of a cut link no longer looks like one.
  const mentions = isGroup ? mentionStarts(styled.text) : undefined;
  const ranges = chunkRanges(styled, { mentions, limit, requestLimit });
  const meant = meantMentions(styled.text, options.members ?? []).filter(
    ({ start }) => !styled.code.some((code) => code.start <= start && start < code.end),
  );
  const guards = mentions === undefined ? [] : guardsOf(styled.text, ranges, { mentions, meant });
  const parts = ranges.map((range, index): TextPart => {
    const chunk = sliceStyled(styled, range.start, range.end);
    const marked = writeMarkers(insertAt(chunk, guards[index] ?? [], wordJoiner));
    return { ...marked, renderedLength: marked.rendered.length };
  });
  return { parts };
}

interface Ats {
  readonly mentions: readonly number[];
  readonly meant: readonly TextRange[];
}

/** For each part where its guards go, counted from its own beginning; an `@` that a cut brought there counts as well. */
function guardsOf(text: string, ranges: readonly TextRange[], { mentions, meant }: Ats): number[][] {
  let next = 0;
  return ranges.map(({ start, end }) => {
    // A mention that a cut divides is none.
    const whole = meant.filter((range) => range.start >= start && range.end <= end);
    const covered = new Set(whole.flatMap((range) => positionsOf(range)));
    const isMeant = (at: number) => covered.has(at);
    const guards = text.charAt(start) === "@" && !isMeant(start) ? [0] : [];
    for (; (mentions[next] ?? end) < end; next += 1) {
      const at = mentions[next] ?? 0;
      if (at > start && !isMeant(at)) guards.push(at - start);
    }
    return guards;
  });
}

function positionsOf({ start, end }: TextRange): number[] {
  return Array.from({ length: end - start }, (_position, index) => start + index);
}

function readText(markdown: string, styles: boolean): StyledText {
  const read = readMarkdown(markdown);
  // Nothing but marks: better shown than lost.
  if (isBlank(read.text)) return plain(markdown);
  // Byte for byte where nothing was marked, line breaks of any kind included.
  if (read.spans.length === 0 && read.text === withPlainBreaks(markdown)) return plain(markdown);
  return styles ? read : { ...read, spans: [] };
}
