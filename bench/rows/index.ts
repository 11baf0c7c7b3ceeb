import type { Row } from "../row.ts";
import { imports } from "./imports.ts";
import { inbound } from "./inbound.ts";
import { listenerMemory } from "./listener-memory.ts";
import { replyChunk } from "./reply-chunk.ts";

export const rows: readonly Row[] = [inbound, listenerMemory, replyChunk, imports];

/** What has a bar and no row here yet. A run lists it and does not pass, so that nobody takes silence for success. */
export const unmeasured: readonly string[] = [
  "line on stdout to host dispatch, p50 and p99, journal on and off",
  "CLI calls for one text turn through the host",
  "SIGKILL of the listener to connected again",
  "dead session, kicked account and quiet account over 24 simulated hours",
  "stop with a child that ignores SIGTERM",
  "50 accounts x 4 lines/s: event-loop delay, heap per account, cost at 1, 10 and 50 accounts",
  "idle gateway memory added, process tree beside it",
];
