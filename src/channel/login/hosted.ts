import { ZalouserError } from "../../errors.js";
import { login, type LoggedIn, type LoginEvent } from "../../zca/index.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { ensurePrivateFolder } from "../account/slot.js";
import { openAccountState } from "../account/state.js";
import { openZca } from "../account/zca.js";
import { recordLogin } from "./after-login.js";

interface Running {
  readonly cancel: AbortController;
  readonly done: Promise<unknown>;
}

const running = new Set<Running>();
let gatewayStops = false;

/** A login the gateway runs for somebody who sees its code in a browser. It ends with the gateway at the latest. */
export async function hostedLogin(
  account: ResolvedAccount,
  onEvent: (event: LoginEvent) => void,
  cancel = new AbortController(),
): Promise<LoggedIn> {
  const { accountId } = account;
  refuseAtTheEnd(accountId);
  const { folder } = openAccountState(accountId);
  ensurePrivateFolder(folder);
  const loggingIn = login({
    zca: openZca(account),
    lockDir: folder,
    qrDir: folder,
    signal: cancel.signal,
    onEvent,
    record: (found) => recordLogin(account, found),
  });
  const entry: Running = { cancel, done: loggingIn.catch(() => undefined) };
  running.add(entry);
  try {
    return await loggingIn;
  } finally {
    running.delete(entry);
  }
}

/** Throws when the gateway is stopping. */
export function refuseAtTheEnd(accountId: string): void {
  if (gatewayStops) throw new ZalouserError("LOGIN_FAILED", "The gateway is stopping.", { accountId });
}

/** Ends every login that runs and starts none from now on: with the gateway goes the only place that shows its code. */
export async function endHostedLogins(): Promise<void> {
  gatewayStops = true;
  for (const { cancel } of running) cancel.abort();
  await Promise.all([...running].map(({ done }) => done));
}

/** For a gateway that starts again in this process. */
export function allowHostedLogins(): void {
  gatewayStops = false;
}
