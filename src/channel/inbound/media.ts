import { formatInboundMediaUnavailableText, toInboundMediaFacts } from "openclaw/plugin-sdk/channel-inbound";
import { DEFAULT_MEDIA_MAX_MB } from "../../config.js";
import { describeError } from "../../errors.js";
import type { InboundMessage } from "../../zca/index.js";
import { settingPath } from "../account/accounts.js";
import type { AccountRun } from "./account-run.js";
import { storedAs } from "./media-kind.js";
import type { TurnMessage } from "./turn-message.js";
import { describeMedia } from "./words.js";

export interface TurnMedia {
  readonly facts: ReturnType<typeof toInboundMediaFacts>;
  /** The text with a note for every attachment that could not be fetched. */
  readonly text: string;
}

type Media = InboundMessage["media"][number];

interface Attachment {
  readonly media: Media;
  /** The message it came with, or the quoted one. */
  readonly messageId: string;
}

const FETCH_TIMEOUT_MS = 30_000;
/** Each may hold as much memory as the largest file allowed. */
const FETCHES_AT_ONCE = 3;
/** An album of the Zalo app holds 50 pictures; more than this only fills the agent's context. */
const MOST_ATTACHMENTS = 20;

/**
 * Fetches the attachments of an admitted message, and of what it quotes, under the host's guard (https, public addresses
 * after redirects, size, time). A stranger's links are never fetched, and a failed fetch never holds the message back.
 */
export async function fetchMedia(run: AccountRun, message: TurnMessage): Promise<TurnMedia> {
  const all = attachmentsOf(message);
  const attachments = all.slice(0, MOST_ATTACHMENTS);
  const fetched: Fetched[] = [];
  const waiting = [...attachments.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, attachment] = next;
      fetched[index] = await fetchOne(run, attachment);
    }
  };
  await Promise.all(Array.from({ length: FETCHES_AT_ONCE }, work));
  const facts = toInboundMediaFacts(fetched.flatMap((entry) => ("missing" in entry ? [] : [entry])));
  const notices = fetched.flatMap((entry) => ("missing" in entry ? [entry.missing] : []));
  const left = all.length - attachments.length;
  if (left > 0) notices.push(`[${left} more attachments were not loaded]`);
  const { text } = message;
  if (notices.length === 0) return { facts, text };
  return { facts, text: formatInboundMediaUnavailableText({ body: text, notice: notices.join("\n") }) };
}

/** In the order they came, what is quoted last; the same file once. */
function attachmentsOf({ lines }: TurnMessage): Attachment[] {
  const own = lines.flatMap((line) =>
    line.media.map((media) => ({ media, messageId: line.messageId ?? line.eventKey })),
  );
  const quoted = lines.flatMap(({ quote, eventKey }) =>
    (quote?.media ?? []).map((media) => ({ media, messageId: quote?.messageId ?? eventKey })),
  );
  const seen = new Set<string>();
  return [...own, ...quoted].filter(({ media: { url } }) => !seen.has(url) && seen.add(url));
}

type Fetched = NonNullable<Parameters<typeof toInboundMediaFacts>[0]>[number] | { readonly missing: string };

async function fetchOne(run: AccountRun, { media, messageId }: Attachment): Promise<Fetched> {
  const maxMb = run.account().settings.mediaMaxMb ?? DEFAULT_MEDIA_MAX_MB;
  try {
    const stored = await run.core.channel.media.saveRemoteMedia({
      url: media.url,
      subdir: "inbound",
      maxBytes: maxMb * 1024 * 1024,
      requireHttps: true,
      timeoutMs: FETCH_TIMEOUT_MS,
      ...(media.fileName === undefined ? {} : { originalFilename: media.fileName }),
    });
    const { kind, contentType } = storedAs(media, stored.contentType);
    return { path: stored.path, contentType, fileName: media.fileName ?? null, kind, messageId };
  } catch (error) {
    const isTooLarge = /exceeds|too large|larger than/i.test(describeError(error));
    const what = isTooLarge ? `is larger than ${maxMb} MB` : "could not be loaded";
    const why = isTooLarge
      ? `${settingPath(run.account(), "mediaMaxMb")} decides this`
      : error instanceof Error
        ? error.name
        : "error";
    run.log.warn(`an attachment of message ${messageId} ${what} (${why})`);
    return { missing: `${describeMedia(media).slice(0, -1)}, which ${what}]` };
  }
}
