import type { Deliveries } from "./deliveries.ts";
import { openRecordFile } from "./record-file.ts";
import type { TurnRecord } from "./records.ts";

/** What the fake host takes from a message the channel hands over. */
export interface TurnRequest {
  readonly accountId: string;
  readonly sessionKey: string;
  readonly to: string;
  readonly messageId: string;
  readonly text: string;
}

export interface Turns {
  /** Records the turn, lets the channel know that the host owns it, answers. One at a time per session. */
  run(request: TurnRequest, onAdopted: () => Promise<void>): Promise<void>;
  /** Answers, once, what an earlier life had taken over and not finished. */
  recover(): Promise<void>;
  running(): number;
}

export interface TurnsOptions {
  readonly file: string;
  readonly deliveries: Deliveries;
  /** How long the agent thinks. */
  readonly think: () => Promise<void>;
  /** What it then says; undefined: nothing. */
  readonly answerTo: (text: string) => string | undefined;
}

interface Unfinished extends TurnRequest {
  readonly turn: string;
}

export function openTurns({ file, deliveries, think, answerTo }: TurnsOptions): Turns {
  const records = openRecordFile<TurnRecord>(file);
  const unfinished = new Map<string, Unfinished>();
  const sources = new Set<string>();
  for (const record of records.read()) {
    if (record.kind === "recorded") {
      unfinished.set(record.turn, record);
      sources.add(sourceOf(record));
    } else if (record.kind === "finished") unfinished.delete(record.turn);
  }
  const lanes = new Map<string, Promise<void>>();
  let running = 0;

  function inLane(sessionKey: string, work: () => Promise<void>): Promise<void> {
    running += 1;
    const done = (lanes.get(sessionKey) ?? Promise.resolve()).then(work).finally(() => {
      running -= 1;
    });
    lanes.set(
      sessionKey,
      done.catch(() => undefined),
    );
    return done;
  }

  async function answer({ turn, accountId, to, text }: Unfinished): Promise<void> {
    await think();
    const reply = answerTo(text);
    // The queue knows by the turn's own id whether its answer was handed over before a crash.
    if (reply !== undefined) await deliveries.deliver({ delivery: turn, accountId, to, text: reply });
    records.append({ kind: "finished", turn, atMs: Date.now() });
  }

  return {
    run: (request, onAdopted) =>
      inLane(request.sessionKey, async () => {
        const turn = `${request.accountId}-${request.messageId}`;
        const source = sourceOf(request);
        if (sources.has(source)) return records.append({ kind: "duplicate-source", turn, atMs: Date.now() });
        sources.add(source);
        records.append({ kind: "recorded", turn, atMs: Date.now(), ...request });
        await onAdopted();
        records.append({ kind: "adopted", turn, atMs: Date.now() });
        await answer({ turn, ...request });
      }),
    async recover() {
      const all = [...unfinished.values()].map((turn) =>
        inLane(turn.sessionKey, async () => {
          records.append({ kind: "rerun", turn: turn.turn, atMs: Date.now() });
          await answer(turn);
        }),
      );
      await Promise.all(all);
    },
    running: () => running,
  };
}

/** The host drops a message whose source id its transcript has already. */
function sourceOf({ accountId, sessionKey, messageId }: TurnRequest): string {
  return `${accountId}\n${sessionKey}\n${messageId}`;
}
