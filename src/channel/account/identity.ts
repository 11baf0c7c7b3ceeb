import { ownId, type Zca } from "../../zca/index.js";
import type { AccountState } from "./state.js";

/** Own uid and name of an account, as the last login told them. */
export interface Identity {
  uid(): string | undefined;
  name(): string | undefined;
  /** Settles when the uid is known or cannot be learned now; costs at most one call ever, none after a login of ours. */
  ready(): Promise<void>;
}

export function openIdentity(state: AccountState, zca: Zca, onProblem: (error: unknown) => void): Identity {
  let record = state.login.read();
  let version = state.login.version();
  let asking: Promise<void> | undefined;
  const current = () => {
    const now = state.login.version();
    if (now !== version) [record, version] = [state.login.read(), now];
    return record;
  };
  const ask = async () => {
    try {
      state.login.write({ uid: await ownId(zca), atMs: Date.now(), byLogin: false });
    } catch (error) {
      asking = undefined;
      onProblem(error);
    }
  };
  return {
    uid: () => current()?.uid,
    name: () => current()?.displayName,
    ready: () => (current() === undefined ? (asking ??= ask()) : Promise.resolve()),
  };
}
