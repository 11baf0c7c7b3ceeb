import type { LoginGate } from "../../supervisor/index.js";

/**
 * One login in flight per machine: a gateway with twenty accounts that all come back from an outage at once looks, from
 * one address, like an attack on Zalo.
 */
export function createLoginGate(): LoginGate {
  let tail: Promise<void> = Promise.resolve();
  return {
    acquire() {
      let release = () => {};
      const turn = tail;
      tail = new Promise((resolve) => {
        release = resolve;
      });
      return turn.then(() => release);
    },
  };
}

export const machineLoginGate: LoginGate = createLoginGate();
