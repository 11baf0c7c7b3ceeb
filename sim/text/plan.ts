import type { Mention, Style } from "../world/records.ts";

/** One message as it would go out. */
export interface Payload {
  readonly text: string;
  readonly styles: readonly Style[];
  readonly mentions: readonly Mention[];
}

export interface Target {
  readonly threadId: string;
  readonly isGroup: boolean;
}

export interface Limits {
  /** UTF-16 units of rendered text. */
  readonly textLength: number;
  /** Characters of the serialized request. */
  readonly requestLength: number;
}

/** Cuts a payload until every part keeps both limits; a part that is too heavy is cut in proportion (contract 9). */
export function planChunks(payload: Payload, target: Target, limits: Limits): Payload[] {
  const { requestLength } = measure(payload, target);
  const length = payload.text.length;
  if (length <= limits.textLength && requestLength <= limits.requestLength) return [payload];
  const byRequest =
    requestLength > limits.requestLength ? Math.floor((length * limits.requestLength) / requestLength) : length;
  const size = Math.max(1, Math.min(limits.textLength, byRequest, length - 1));
  return cut(payload, size).flatMap((part) => planChunks(part, target, limits));
}

export interface Measures {
  readonly textPropertiesLength: number;
  readonly mentionInfoLength: number;
  readonly requestLength: number;
}

export function measure({ text, styles, mentions }: Payload, { threadId, isGroup }: Target): Measures {
  const textProperties =
    styles.length === 0
      ? undefined
      : JSON.stringify({ styles: styles.map(({ start, len, style }) => ({ start, len, st: style })), ver: 0 });
  const mentionInfo =
    !isGroup || mentions.length === 0
      ? undefined
      : JSON.stringify(mentions.map(({ pos, uid, len }) => ({ pos, uid, len, type: 0 })));
  const request = isGroup
    ? { message: text, clientId: 1_700_000_000_000, mentionInfo, ttl: 0, visibility: 0, grid: threadId, textProperties }
    : { message: text, clientId: 1_700_000_000_000, imei: "0".repeat(15), ttl: 0, toid: threadId, textProperties };
  return {
    textPropertiesLength: textProperties?.length ?? 0,
    mentionInfoLength: mentionInfo?.length ?? 0,
    requestLength: JSON.stringify(request).length,
  };
}

/** Parts of at most `size` units: behind the last newline that fits, else behind a blank, else anywhere but in a mention. */
function cut(payload: Payload, size: number): Payload[] {
  const parts: Payload[] = [];
  let start = 0;
  while (start < payload.text.length) {
    const end = endOfPart(payload, start, size);
    parts.push(part(payload, start, end));
    start = end;
  }
  return parts;
}

function endOfPart({ text, mentions }: Payload, start: number, size: number): number {
  const limit = start + size;
  if (limit >= text.length) return text.length;
  const allowed = (at: number) => mentions.every(({ pos, len }) => at <= pos || at >= pos + len);
  const lastBehind = (marks: string) => {
    for (let at = limit; at > start; at -= 1) if (marks.includes(text.charAt(at - 1)) && allowed(at)) return at;
    return start;
  };
  const newline = lastBehind("\n");
  if (newline > start) return newline;
  const blank = lastBehind(" \t");
  if (blank > start) return blank;
  for (let at = limit; at > start; at -= 1) if (allowed(at)) return at;
  return limit;
}

function part({ text, styles, mentions }: Payload, start: number, end: number): Payload {
  return {
    text: text.slice(start, end),
    styles: styles.flatMap(({ start: from, len, style }) => {
      const first = Math.max(from, start);
      const last = Math.min(from + len, end);
      return first < last ? [{ start: first - start, len: last - first, style }] : [];
    }),
    mentions: mentions
      .filter(({ pos, len }) => pos >= start && pos + len <= end)
      .map((mention) => ({ ...mention, pos: mention.pos - start })),
  };
}
