import type { DeliveryRecord } from "./records.ts";

/** `started`: may have left. `parts`: some of it has. `unknown`: tried, and nobody can tell. */
type State = "queued" | "started" | "parts" | "unknown" | "done";

/** One delivery as it stands. */
export interface Row {
  readonly delivery: string;
  readonly accountId: string;
  readonly to: string;
  readonly text: string;
  readonly queuedAtMs: number;
  startedAtMs?: number;
  state: State;
  tries: number;
  dueAtMs: number;
}

/** What the records of an earlier life leave to do. */
export function replayDeliveries(records: readonly DeliveryRecord[]): Map<string, Row> {
  const rows = new Map<string, Row>();
  for (const record of records) {
    if (record.kind === "queued") {
      const { delivery, accountId, to, text, atMs } = record;
      rows.set(delivery, { delivery, accountId, to, text, queuedAtMs: atMs, state: "queued", tries: 0, dueAtMs: 0 });
      continue;
    }
    const row = rows.get(record.delivery);
    if (row === undefined) continue;
    switch (record.kind) {
      case "started":
        row.startedAtMs = record.atMs;
        if (row.state === "queued") row.state = "started";
        break;
      case "part":
        row.state = "parts";
        break;
      case "unsent":
        row.state = "queued";
        row.tries += 1;
        break;
      case "unknown":
        if (row.state !== "queued") row.state = "unknown";
        row.tries += 1;
        break;
      case "unresolved":
        row.tries += 1;
        break;
      case "sent":
      case "failed":
        row.state = "done";
        break;
    }
  }
  return rows;
}
