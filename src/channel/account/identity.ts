import { ownId, type Zca } from "../../zca/index.js";
import type { AccountState } from "./state.js";

/** Own uid and name of an account, as the last login told them. */
export interface Identity {
  uid(): string | undefined;
  name(): string | undefined;
  /** Takes the uid from whoever a direct message was addressed to: that costs nothing. Never throws. */
  learn(uid: string): void;
  /** Settles when the uid is known or cannot be learned now; costs at most one call ever, none after a login of ours. */
  ready(): Promise<void>;
}

export interface IdentityOptions {
  readonly state: AccountState;
  readonly zca: Zca;
  readonly now: () => number;
  /** The saved login this run of the account works with. */
  readonly session?: string | undefined;
  readonly onProblem: (error: unknown) => void;
}

/** Asking is a whole login; a busy group must not repeat one that fails. */
const FIRST_PAUSE_MS = 10 * 60_000;
const LONGEST_PAUSE_MS = 6 * 60 * 60_000;

export function openIdentity({ state, zca, now, session, onProblem }: IdentityOptions): Identity {
  let record = state.login.read();
  let version = state.login.version();
  let asking: Promise<void> | undefined;
  let pauseMs = FIRST_PAUSE_MS;
  let notBeforeMs = 0;
  const current = () => {
    const latest = state.login.version();
    if (latest !== version) [record, version] = [state.login.read(), latest];
    return record;
  };
  const learn = (uid: string) => {
    // Known from here on, also when the disk is full: a message must not wait for that.
    record = { uid, atMs: now(), byLogin: false, ...(session === undefined ? {} : { session }) };
    try {
      state.login.write(record);
      if (state.person.read() === undefined) state.person.write({ uid });
    } catch (error) {
      onProblem(error);
    }
  };
  const ask = async () => {
    try {
      learn(await ownId(zca));
    } catch (error) {
      notBeforeMs = now() + pauseMs;
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      onProblem(error);
    }
    asking = undefined;
  };
  return {
    uid: () => current()?.uid,
    name: () => current()?.displayName,
    learn,
    async ready() {
      if (current() !== undefined || now() < notBeforeMs) return;
      await (asking ??= ask());
    },
  };
}
