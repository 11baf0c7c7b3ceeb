import type { EndingKind } from "../../supervisor/index.js";

/** Beyond this without a sign of life the machine slept or the listener hung: it heard nothing. */
const SILENCE_MS = 90_000;
/** A dead network connection is noticed late; until then the listener lives and hears nothing. */
const DEAF_MS = 15 * 60_000;
/** A connection that ended sooner was not deaf before. */
const SETTLED_MS = 5 * 60_000;

export interface Watch {
  connected(nowMs: number): void;
  /** A heartbeat or a line; returns the start of a silence it ends, if that was too long to have heard all. */
  life(nowMs: number, isMessage: boolean): number | undefined;
  /** We are about to end the listener. */
  stopping(nowMs: number): void;
  /** Returns from when on something may have been missed. */
  ended(kind: EndingKind, nowMs: number): number | undefined;
}

/** Knows until when one listener after the other surely heard everything. Times in ms since 1970. */
export function createWatch(): Watch {
  let connectedMs: number | undefined;
  let lifeMs = 0;
  let messageMs = 0;
  let isPlanned = false;
  return {
    connected(nowMs) {
      connectedMs = nowMs;
      lifeMs = nowMs;
      messageMs = nowMs;
      isPlanned = false;
    },
    life(nowMs, isMessage) {
      if (connectedMs === undefined) return undefined;
      const silentSinceMs = nowMs - lifeMs > SILENCE_MS ? lifeMs : undefined;
      lifeMs = nowMs;
      if (isMessage) messageMs = nowMs;
      return silentSinceMs;
    },
    stopping(nowMs) {
      if (connectedMs === undefined || nowMs - lifeMs > SILENCE_MS) return;
      isPlanned = true;
      lifeMs = nowMs;
    },
    ended(kind, nowMs) {
      if (connectedMs === undefined) return undefined;
      const wasSettled = nowMs - connectedMs >= SETTLED_MS;
      connectedMs = undefined;
      const mayHaveBeenDeaf = !isPlanned && wasSettled && (kind === "closed" || nowMs - lifeMs > SILENCE_MS);
      return mayHaveBeenDeaf ? Math.min(lifeMs, Math.max(messageMs, nowMs - DEAF_MS)) : lifeMs;
    },
  };
}
