import type { Sink } from "../sink.ts";
import type { ExitEffect } from "./effects.ts";
import { forever } from "./hangs.ts";

/** Ends the process as told; never settles. What is to be printed is out before. */
export async function exit(effect: ExitEffect, sink: Sink): Promise<never> {
  const piecesOut = sink.idle();
  // From here on nobody else prints, however long it takes.
  sink.mute();
  await piecesOut;
  await printed(process.stdout, effect.stdout ?? "");
  await printed(process.stderr, `${effect.stderr ?? ""}${effect.crash === true ? crashDump("read ECONNRESET") : ""}`);
  if (effect.signal !== undefined) {
    process.kill(process.pid, effect.signal);
    return forever();
  }
  process.exit(effect.code ?? (effect.crash === true ? 1 : 0));
}

/** A forced exit loses what a slow reader has not taken yet; a scripted one must not. */
function printed(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve) => void stream.write(text, () => resolve()));
}

/** What Node prints when an `error` event has no listener. */
export function crashDump(message: string): string {
  return [
    "node:events:486",
    "      throw er; // Unhandled 'error' event",
    "      ^",
    "",
    `Error: ${message}`,
    "    at TLSWrap.onStreamRead (node:internal/stream_base_commons:216:20)",
    "Emitted 'error' event on WebSocket instance at:",
    "    at emitErrorAndClose (node:internal/modules/run_main)",
    "",
    "Node.js v22.19.0",
    "",
  ].join("\n");
}
