import { setTimeout as delay } from "node:timers/promises";
import type { OpenClawConfig } from "openclaw/plugin-sdk/config-contracts";
import { PlatformMessageNotDispatchedError } from "openclaw/plugin-sdk/error-runtime";
import type { LoadedPlugin } from "../plugin.ts";
import { replayDeliveries, type Row } from "./delivery-rows.ts";
import { openRecordFile } from "./record-file.ts";
import type { DeliveryRecord } from "./records.ts";

export interface Deliveries {
  /** Puts a text on the queue, tries it once, and settles when that try is over. The same id is queued only once. */
  deliver(message: {
    readonly delivery: string;
    readonly accountId: string;
    readonly to: string;
    readonly text: string;
  }): Promise<void>;
  knows(delivery: string): boolean;
  /** Deliveries that wait for another look. */
  open(): number;
  /** One pass over everything that is due. */
  drain(): Promise<void>;
}

export interface DeliveriesOptions {
  readonly file: string;
  readonly cfg: () => OpenClawConfig;
  readonly plugin: () => LoadedPlugin;
  /** Pauses before each further try; the real host's are 5, 25, 120 and 600 s. */
  readonly backoffMs: readonly number[];
  readonly log: (message: string) => void;
}

const channel = "zalouser";

/**
 * The host's delivery queue as far as a channel can tell: a row is on disk before anything is sent; only a "not
 * dispatched" without any part out is tried again; what may have left is never sent again unless the channel's
 * reconciliation proves it was not; a part that was reported makes even that proof worthless.
 */
export function openDeliveries({ file, cfg, plugin, backoffMs, log }: DeliveriesOptions): Deliveries {
  const records = openRecordFile<DeliveryRecord>(file);
  const rows = replayDeliveries(records.read());
  const busy = new Set<string>();
  const durableFinal = () => plugin().channel.message?.durableFinal;
  const reconciles = () => durableFinal()?.capabilities?.reconcileUnknownSend === true;
  const isExact = () => reconciles() && durableFinal()?.automaticUnknownSendReconciliation === true;

  async function send(row: Row): Promise<void> {
    const text = plugin().channel.message?.send?.text;
    if (text === undefined) throw new Error("The plugin cannot send text.");
    const exact = isExact();
    const about = { delivery: row.delivery };
    let dispatched = false;
    const start = () => {
      row.startedAtMs = Date.now();
      if (row.state === "queued") row.state = "started";
      records.append({ kind: "started", ...about, atMs: row.startedAtMs });
    };
    if (!exact) start();
    try {
      const result = await text({
        cfg: cfg(),
        accountId: row.accountId,
        to: row.to,
        text: row.text,
        ...(exact ? { deliveryQueueId: row.delivery } : {}),
        onPlatformSendDispatch: async () => {
          start();
          dispatched = true;
        },
        assertDirectAdapterHandoff: () => {},
        onDeliveryResult: (part) => {
          row.state = "parts";
          records.append({ kind: "part", ...about, atMs: Date.now(), messageId: part.messageId ?? "" });
        },
      });
      if (result.receipt.platformMessageIds.length === 0) return unknown(row, "the platform gave no message id");
      settle(row, "send");
    } catch (error) {
      const { message } = error as Error;
      if (error instanceof PlatformMessageNotDispatchedError && row.state !== "parts") {
        if (!error.retryable) return giveUp(row, message);
        row.state = "queued";
        again(row);
        records.append({ kind: "unsent", ...about, atMs: Date.now(), error: message });
        return row.tries > backoffMs.length ? giveUp(row, `retry budget exhausted: ${message}`) : undefined;
      }
      if (!dispatched && row.state !== "parts") row.state = "queued";
      unknown(row, message);
    }
  }

  function unknown(row: Row, error: string): void {
    row.state = row.state === "queued" ? "queued" : "unknown";
    again(row);
    records.append({ kind: "unknown", delivery: row.delivery, atMs: Date.now(), error });
  }

  function again(row: Row): void {
    row.dueAtMs = Date.now() + (backoffMs[row.tries] ?? 0);
    row.tries += 1;
  }

  function settle(row: Row, by: "send" | "reconciled"): void {
    row.state = "done";
    records.append({ kind: "sent", delivery: row.delivery, atMs: Date.now(), by });
  }

  function giveUp(row: Row, error: string): void {
    row.state = "done";
    records.append({ kind: "failed", delivery: row.delivery, atMs: Date.now(), error });
    log(`delivery ${row.delivery} to ${row.to} was given up: ${error}`);
  }

  async function reconcile(row: Row): Promise<void> {
    const before = row.state;
    const answer = reconciles()
      ? await durableFinal()?.reconcileUnknownSend?.({
          cfg: cfg(),
          queueId: row.delivery,
          channel,
          to: row.to,
          accountId: row.accountId,
          enqueuedAt: row.queuedAtMs,
          retryCount: row.tries,
          ...(row.startedAtMs === undefined ? {} : { platformSendStartedAt: row.startedAtMs }),
          payloads: [{ text: row.text }],
        })
      : undefined;
    if (answer?.status === "sent") return settle(row, "reconciled");
    if (answer?.status === "not_sent" && before === "started") {
      row.state = "queued";
      return send(row);
    }
    const error = answer?.status === "unresolved" ? (answer.error ?? "unresolved") : "refusing blind replay";
    if (answer?.status === "unresolved" && answer.retryable === true && row.tries <= backoffMs.length) {
      again(row);
      records.append({ kind: "unresolved", delivery: row.delivery, atMs: Date.now(), error });
      return;
    }
    giveUp(row, error);
  }

  async function attend(row: Row, work: (row: Row) => Promise<void>): Promise<void> {
    if (busy.has(row.delivery) || row.state === "done") return;
    busy.add(row.delivery);
    try {
      await work(row);
    } finally {
      busy.delete(row.delivery);
    }
  }

  return {
    async deliver({ delivery, accountId, to, text }) {
      if (rows.has(delivery)) return;
      const row: Row = { delivery, accountId, to, text, queuedAtMs: Date.now(), state: "queued", tries: 0, dueAtMs: 0 };
      rows.set(delivery, row);
      records.append({ kind: "queued", delivery, atMs: row.queuedAtMs, accountId, to, text });
      await attend(row, send);
    },
    knows: (delivery) => rows.has(delivery),
    open: () => [...rows.values()].filter(({ state }) => state !== "done").length,
    async drain() {
      for (const row of rows.values()) {
        if (row.state === "done" || row.dueAtMs > Date.now() || busy.has(row.delivery)) continue;
        await attend(row, row.state === "queued" ? send : reconcile);
        await delay(50);
      }
    },
  };
}
