import type { Clock } from "./clock.js";

/** Lets one login at a time happen on this machine; `acquire` gives the function that lets the next one in. */
export interface LoginGate {
  acquire(signal: AbortSignal): Promise<() => void>;
}

export interface Admission {
  /** Asks for the turn; `onTurn` is called once it is ours, or once the gate proves broken. */
  request(onTurn: () => void): void;
  /** Takes back a request that has not been answered. */
  withdraw(): void;
  /** Gives the turn back; harmless without one. */
  release(): void;
}

/** One account's place at the login gate: held until the login is over, and never longer than `holdMs`. */
export function createAdmission(
  gate: LoginGate,
  clock: Clock,
  holdMs: number,
  onProblem: (error: unknown) => void,
): Admission {
  let asked: AbortController | undefined;
  let open: (() => void) | undefined;

  const release = () => open?.();

  async function request(onTurn: () => void): Promise<void> {
    const mine = new AbortController();
    asked = mine;
    try {
      const letNextIn = await gate.acquire(mine.signal);
      if (mine.signal.aborted) return letNextIn();
      const cancel = clock.setTimeout(release, holdMs);
      open = () => {
        open = undefined;
        cancel();
        letNextIn();
      };
    } catch (error) {
      if (mine.signal.aborted) return;
      // The gate only spreads the starts: a broken one must not keep the account down.
      onProblem(error);
    }
    onTurn();
  }

  return { request: (onTurn) => void request(onTurn), withdraw: () => asked?.abort(), release };
}
