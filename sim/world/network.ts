import { rmSync } from "node:fs";
import { writeJson } from "./disk.ts";
import type { Layout } from "./layout.ts";
import { openSockets } from "./websocket.ts";
import { appendWire } from "./wire.ts";

/** Cuts every profile off for so long: commands fail with `fetch failed`, open websockets drop with 1006. */
export function cutNetwork(layout: Layout, ms: number): void {
  writeJson(layout.outage, { until: Date.now() + ms });
  for (const { profile } of openSockets(layout)) {
    appendWire(layout, { kind: "socket-order", profile, close: 1006, reason: "" });
  }
}

export function mendNetwork(layout: Layout): void {
  rmSync(layout.outage, { force: true });
}
