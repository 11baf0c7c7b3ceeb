import { createChannelInboundEnvelopeBuilder, resolveEnvelopeFormatOptions } from "openclaw/plugin-sdk/channel-inbound";
import type { HistoryEntry } from "openclaw/plugin-sdk/reply-history";
import { CHANNEL_LABEL } from "../channel-id.js";
import type { AccountRun } from "./account-run.js";
import type { Route } from "./decide.js";

/** Words as the agent reads them: below a line that says where, by whom and when. Times in ms since the epoch. */
export interface Envelope {
  /** The message itself; says how long the session was quiet before it, too. */
  message(atMs: number, body: string): string;
  /** What was said before it. Each is told apart by its own time alone. */
  earlier(entry: HistoryEntry, otherwiseAtMs: number): string;
}

export function openEnvelope(cfg: ReturnType<AccountRun["cfg"]>, route: Route, label: string): Envelope {
  const build = createChannelInboundEnvelopeBuilder({ cfg, route });
  const options = resolveEnvelopeFormatOptions(cfg);
  const timezone = options.timezone ?? machineZone();
  const about = {
    channel: CHANNEL_LABEL,
    from: label,
    envelope: { ...options, ...(timezone === undefined ? {} : { timezone }) },
  };
  return {
    message: (timestamp, body) => build({ ...about, timestamp, body }),
    earlier: ({ timestamp, sender, body }, otherwiseAtMs) =>
      build({
        ...about,
        timestamp: timestamp ?? otherwiseAtMs,
        body: `${sender}: ${body}`,
        // What is not known is looked up, in SQLite and for each of them.
        previousTimestamp: null,
      }),
  };
}

let known: { readonly setting: string | undefined; readonly name: string } | undefined;

/**
 * The machine's zone by its name. OpenClaw writes the same time without one, but then makes a formatter for every text,
 * which takes longer than to decide about a message. UTC has a notation of its own there, so that stays unnamed.
 */
function machineZone(): string | undefined {
  const setting = process.env["TZ"];
  if (known === undefined || known.setting !== setting)
    known = { setting, name: Intl.DateTimeFormat().resolvedOptions().timeZone };
  return /^(?:utc|gmt)$/iu.test(known.name) ? undefined : known.name;
}
