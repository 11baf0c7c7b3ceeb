import type { Row } from "../row.ts";
import { accounts } from "./accounts.ts";
import { calls } from "./calls.ts";
import { gatewayMemory } from "./gateway-memory.ts";
import { growth } from "./growth.ts";
import { imports } from "./imports.ts";
import { inbound } from "./inbound.ts";
import { latency } from "./latency.ts";
import { listenerMemory } from "./listener-memory.ts";
import { logins } from "./logins.ts";
import { recovery } from "./recovery.ts";
import { replyChunk } from "./reply-chunk.ts";
import { stop } from "./stop.ts";

export const rows: readonly Row[] = [
  inbound,
  listenerMemory,
  latency,
  replyChunk,
  calls,
  recovery,
  stop,
  logins,
  accounts,
  growth,
  imports,
  gatewayMemory,
];
