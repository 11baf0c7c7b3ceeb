import { chunkStyled } from "./chunk.js";
import { findTextFault, isBlank, type TextRefusal } from "./inspect.js";
import { withPlainBreaks } from "./lines.js";
import { readMarkdown } from "./markdown.js";
import { writeMarkers } from "./markers.js";
import { mentionStarts, wordJoiner } from "./mentions.js";
import { insertAt, plain, type StyledText } from "./styled.js";

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
  const parts = chunkStyled(styled, { isGroup, limit, requestLimit }).map((chunk): TextPart => {
    // Guarded after the cut: a cut can bring an `@` to a word start.
    const guarded = isGroup ? insertAt(chunk, mentionStarts(chunk.text), wordJoiner) : chunk;
    const marked = writeMarkers(guarded);
    return { ...marked, renderedLength: marked.rendered.length };
  });
  return { parts };
}

function readText(markdown: string, styles: boolean): StyledText {
  const read = readMarkdown(markdown);
  // Nothing but marks: better shown than lost.
  if (isBlank(read.text)) return plain(markdown);
  // Byte for byte where nothing was marked, line breaks of any kind included.
  if (read.spans.length === 0 && read.text === withPlainBreaks(markdown)) return plain(markdown);
  return styles ? read : { ...read, spans: [] };
}
