import { randomUUID } from "node:crypto";
import type { RowHead } from "./entry.js";
import { ASIDE_AFTER } from "./schema.js";

export interface Claim {
  readonly token: string;
  readonly ownerId: string;
  claimedMs: number;
  readonly head: RowHead;
  /** Whether the row was already waiting when this run of the account began. */
  readonly recovered: boolean;
}

interface Load {
  readonly count: number;
  readonly fresh: number;
  readonly bytes: number;
}

/** What one conversation may hold in memory at a time; the rest waits in the journal. */
const MAX_CLAIMS_PER_LANE = 64;
const MAX_BYTES_PER_LANE = 8 * 1024 * 1024;

/** Deaths after which a row is handled while no other such row is: then it is known which of them kills. */
const SUSPECT_AFTER = 2;

export const isSuspect = ({ begun }: RowHead): boolean => begun >= SUSPECT_AFTER;

/**
 * Which rows are being handled, by whom, and which conversations may be handed out. In memory: a claim is worth nothing
 * after its process, and a row claimed when the gateway died is simply pending.
 */
export function openClaims(onLaneFree: () => void) {
  const claims = new Map<string, Claim>();
  const closed = new Map<string, number>();

  const lanes = new Map<string, Load>();

  function weigh({ lane, bytes, attempts }: RowHead, by: 1 | -1): void {
    const held = lanes.get(lane) ?? { count: 0, fresh: 0, bytes: 0 };
    const count = held.count + by;
    if (count === 0) return void lanes.delete(lane);
    const fresh = held.fresh + (attempts < ASIDE_AFTER ? by : 0);
    lanes.set(lane, { count, fresh, bytes: held.bytes + by * bytes });
  }

  return {
    all: (): readonly Claim[] => [...claims.values()],
    get: (id: string): Claim | undefined => claims.get(id),
    /** The claim behind a token; undefined when it is no longer held. */
    held(id: string, token: string): Claim | undefined {
      const claim = claims.get(id);
      return claim?.token === token ? claim : undefined;
    },
    take(row: Pick<Claim, "head" | "recovered">, ownerId: string, nowMs: number): Claim {
      const claim = { token: randomUUID(), ownerId, claimedMs: nowMs, ...row };
      claims.set(row.head.id, claim);
      weigh(row.head, 1);
      return claim;
    },
    drop({ head, token }: Claim): void {
      if (claims.get(head.id)?.token !== token) return;
      claims.delete(head.id);
      weigh(head, -1);
    },
    /** How many rows of a conversation are held, without those that stepped aside. */
    freshIn: (lane: string): number => lanes.get(lane)?.fresh ?? 0,
    /** Whether a row is being handled that must be the only one of its kind. */
    anySuspect: (): boolean => [...claims.values()].some(({ head }) => isSuspect(head)),
    /** False while a turn of the conversation is on its way to the host, or when it holds enough in memory. */
    mayHandOut(lane: string): boolean {
      if (closed.has(lane)) return false;
      const held = lanes.get(lane);
      return held === undefined || (held.count < MAX_CLAIMS_PER_LANE && held.bytes < MAX_BYTES_PER_LANE);
    },
    isClosed: (lane: string): boolean => closed.has(lane),
    anyClosed: (): boolean => closed.size > 0,
    /**
     * Closes a conversation while one of its turns is on its way to the host; the returned function opens it. Outlives
     * a restart of the account, so a row whose turn still winds down is not handed out a second time.
     */
    close(lane: string): () => void {
      closed.set(lane, (closed.get(lane) ?? 0) + 1);
      let open = false;
      return () => {
        if (open) return;
        open = true;
        const left = (closed.get(lane) ?? 1) - 1;
        if (left > 0) return void closed.set(lane, left);
        closed.delete(lane);
        onLaneFree();
      };
    },
  };
}

export type Claims = ReturnType<typeof openClaims>;
