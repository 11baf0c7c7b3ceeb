import type { World } from "../../sim/control.ts";
import type { Said } from "./evidence-types.ts";

/** A listener counts as having heard what was said to it when it lives on, with its gateway, for so long. */
const settledMs = 2500;

export interface Hearing {
  /** Watches what `say` adds to the list of what was said. */
  during<T>(accountId: string, say: () => T): T;
  /** Makes up its mind about what was said a while ago; call it often. */
  observe(): void;
}

interface Doubtful {
  readonly index: number;
  readonly accountId: string;
  readonly atMs: number;
  readonly listener: number;
  readonly host: number;
}

/**
 * Tells what a listener was sure to hear from what was said while nobody listened, or somebody who was killed before he
 * could pass it on: the latter can only be read back later, or owned up to.
 */
export function createHearing(world: World, hostPid: () => number | undefined, said: Said[]): Hearing {
  let doubtful: Doubtful[] = [];
  const listenerOf = (accountId: string) => (world.isListening(accountId) ? world.listenerPid(accountId) : undefined);
  const judge = (index: number, heard: boolean) => {
    const entry = said[index];
    if (entry !== undefined) said[index] = { ...entry, heard };
  };
  return {
    during(accountId, say) {
      const from = said.length;
      const [listener, host] = [listenerOf(accountId), hostPid()];
      const result = say();
      for (let index = from; index < said.length; index += 1) {
        if (listener === undefined || host === undefined) judge(index, false);
        else doubtful.push({ index, accountId, atMs: Date.now(), listener, host });
      }
      return result;
    },
    observe() {
      const due = doubtful.filter(({ atMs }) => Date.now() - atMs >= settledMs);
      doubtful = doubtful.filter((one) => !due.includes(one));
      for (const { index, accountId, listener, host } of due) {
        judge(index, listenerOf(accountId) === listener && hostPid() === host);
      }
    },
  };
}
