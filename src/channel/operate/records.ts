import { CHANNEL_ID } from "../channel-id.js";
import { tryGetRuntime } from "../runtime.js";

/** What happened to one account, for programs that read OpenClaw's log file. Ids, codes and counts; never text. */
export type EventRecord = Readonly<Record<string, string | number | undefined>> & { readonly accountId: string };

/** Writes a line with fields of its own to OpenClaw's log file. The console shows nothing of it. */
export function record(event: "decision" | "send" | "exit", fields: EventRecord): void {
  const logging = tryGetRuntime()?.logging;
  logging?.getChildLogger({ subsystem: `channels/${CHANNEL_ID}`, event }).info(event, { ...fields });
}
