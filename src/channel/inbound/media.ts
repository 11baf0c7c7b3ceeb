import { formatInboundMediaUnavailableText, toInboundMediaFacts } from "openclaw/plugin-sdk/channel-inbound";
import { DEFAULT_MEDIA_MAX_MB } from "../../config.js";
import type { InboundMessage } from "../../zca/index.js";
import type { AccountRun } from "./account-run.js";
import type { TurnMessage } from "./turn-message.js";

export interface TurnMedia {
  readonly facts: ReturnType<typeof toInboundMediaFacts>;
  /** The text with a note for every attachment that could not be fetched. */
  readonly text: string;
}

const FETCH_TIMEOUT_MS = 30_000;

/**
 * Fetches the attachments of an admitted message under the host's guard (https, public addresses after redirects, size,
 * time). A stranger's links are never fetched, and a failed fetch never holds the message back.
 */
export async function fetchMedia(run: AccountRun, message: TurnMessage): Promise<TurnMedia> {
  const attachments = message.lines.flatMap((line) => line.media.map((media) => ({ media, line })));
  const saved = await Promise.all(attachments.map(({ media, line }) => fetchOne(run, media, line)));
  const failures = saved.filter((entry) => "unavailable" in entry);
  const facts = toInboundMediaFacts(saved.flatMap((entry) => ("unavailable" in entry ? [] : [entry])));
  if (failures.length === 0) return { facts, text: message.text };
  const notice = `[${failures.length} attachment(s) could not be loaded]`;
  return { facts, text: formatInboundMediaUnavailableText({ body: message.text, notice }) };
}

async function fetchOne(run: AccountRun, media: InboundMessage["media"][number], line: InboundMessage) {
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
    return {
      path: stored.path,
      contentType: stored.contentType ?? media.contentType ?? null,
      fileName: media.fileName ?? null,
      kind: media.kind === "file" ? ("document" as const) : media.kind,
      messageId: line.messageId ?? line.eventKey,
    };
  } catch (error) {
    const what = error instanceof Error ? error.name : "error";
    run.log.warn(`an attachment of message ${line.messageId ?? line.eventKey} could not be loaded (${what})`);
    return { unavailable: true as const };
  }
}
