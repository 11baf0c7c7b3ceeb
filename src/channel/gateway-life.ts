import { hostedLoginModule, sendersModule } from "./lazy.js";

/** The newest end of the gateway in this process; settles when nothing of it runs any more. */
let ending: Promise<unknown> | undefined;

/** With the gateway end its send queues, which outlive restarts of accounts on purpose, and the logins of its Control UI. */
export async function endWithGateway(): Promise<void> {
  ending = Promise.all([
    sendersModule().then(({ closeSenders }) => closeSenders()),
    hostedLoginModule().then(({ endHostedLogins }) => endHostedLogins()),
  ]);
  await ending;
}

/**
 * A gateway may start again in the same process, and before the end of the last one is over: a new door beside one with
 * a call in flight would let two calls out at once.
 */
export async function beginWithGateway(): Promise<void> {
  const earlier = ending;
  await earlier?.catch(() => undefined);
  // Stopped anew meanwhile: that one stays closed.
  if (ending !== earlier) return;
  const senders = await sendersModule.peek();
  senders?.reopenSenders();
  const logins = await hostedLoginModule.peek();
  logins?.allowHostedLogins();
}
