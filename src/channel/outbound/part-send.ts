import { isZalouserError, ZalouserError } from "../../errors.js";
import type { Target } from "../../policy/index.js";
import type { SendOutcome } from "../../zca/index.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { sleep, systemClock, type Clock } from "../../supervisor/index.js";
import { supervisorSnapshot } from "../operate/supervisors.js";
import { wrongUser } from "./authors.js";
import type { Call } from "./deliver.js";
import { sendLedgerOf } from "./ledgers.js";
import { noteRefusal, standingRefusal } from "./refused-session.js";
import type { SendAttempt } from "./send-ledger.js";
import type { Sender } from "./senders.js";
import { settleSends } from "./settle-sends.js";

export interface DispatchHooks {
  /** Just before a call may leave the machine. */
  readonly onDispatch?: (() => Promise<void>) | undefined;
  /** Synchronous last check, directly before the call. */
  readonly assertCurrent?: (() => void) | undefined;
}

export interface PartSendOptions {
  readonly account: ResolvedAccount;
  readonly target: Target;
  readonly sender: Sender;
  readonly hooks: DispatchHooks;
  /** Whose words these are, as far as known: while they wait, somebody else may have logged in. */
  readonly author: string | undefined;
  /** Whether a send nobody knows the end of is looked for again, for a minute and a half, before it is given back. */
  readonly persists?: boolean;
  readonly clock?: Clock;
}

export type PartSend = (
  call: Call,
  place: Omit<SendAttempt, "kind" | "hash">,
  signal: AbortSignal,
) => Promise<SendOutcome>;

/** Before the looks at a conversation that follow the first one. */
const lookPausesMs = [5_000, 20_000, 60_000];

/** Carries out one call between two entries in the ledger; for an outcome that is unknown the history is looked at. */
export function createPartSend({
  account,
  target,
  sender,
  hooks,
  author,
  persists = false,
  clock = systemClock,
}: PartSendOptions): PartSend {
  const { accountId } = account;
  return async (call, place, signal) => {
    // Asked again: a message before it may have found the session dead.
    const withdrawn = refusalOf() ?? outage(account) ?? (await dispatchRefusal(account, hooks)) ?? refusalOf();
    if (withdrawn) return { kind: "unsent", error: withdrawn };
    const { kind, hash } = call.print;
    // Asked for only now: it is the ledger of whoever is logged in.
    const ledger = sendLedgerOf(accountId);
    const entry = ledger.begin({ ...place, kind, hash });
    const outcome = await attempt(account, call, sender.zca, signal);
    ledger.end(entry, outcome);
    if (outcome.kind === "unsent") noteRefusal(account, outcome.error);
    if (outcome.kind !== "unknown") return outcome;
    for (const pauseMs of persists ? [0, ...lookPausesMs] : [0]) {
      await sleep(clock, pauseMs, signal);
      if (signal.aborted) break;
      if (pauseMs === 0 ? isOutage(outcome.error) : outage(account) !== undefined) continue;
      const noLook = await settleSends(sender, target, signal);
      const settled = ledger.find(entry.id);
      if (settled?.state === "sent") return { kind: "sent", messageIds: settled.messageIds };
      if (settled?.state === "unsent") return { kind: "unsent", error: neverArrived(accountId, outcome.error) };
      // Everything else of the profile waits meanwhile; that has to have a prospect.
      if (noLook?.passes !== true) break;
    }
    return outcome;
  };

  function refusalOf(): ZalouserError | undefined {
    return wrongUser(accountId, author) ?? standingRefusal(account);
  }
}

async function attempt(
  { accountId }: ResolvedAccount,
  call: Call,
  zca: Sender["zca"],
  signal: AbortSignal,
): Promise<SendOutcome> {
  try {
    return await call.send(zca, signal);
  } catch (cause) {
    return {
      kind: "unknown",
      error: new ZalouserError("SEND_UNCONFIRMED", "The send ended unexpectedly.", { accountId, cause }),
    };
  }
}

/**
 * While the listener cannot reach Zalo, a send would end in the same error, and that one says nothing about whether the
 * message got out. Not trying is certain.
 */
function outage({ accountId }: ResolvedAccount): ZalouserError | undefined {
  const { lifecycle, lastEnding } = supervisorSnapshot(accountId) ?? {};
  if (lifecycle !== "recovering" || lastEnding?.kind !== "network") return undefined;
  return new ZalouserError("ZCA_NETWORK", "Zalo cannot be reached; nothing was sent.", { accountId });
}

/** A look at the conversation showed it. That passes by itself, whatever it was: the send may be tried again. */
function neverArrived(accountId: string, cause: ZalouserError): ZalouserError {
  return new ZalouserError("ZCA_NETWORK", "The message did not arrive.", { accountId, cause });
}

/** With the network gone, a look would fail as the send did. */
function isOutage(error: ZalouserError): boolean {
  return isZalouserError(error.cause, "ZCA_NETWORK");
}

/** The host may have taken the message back while it waited in our queue; then nothing may leave. */
async function dispatchRefusal(account: ResolvedAccount, hooks: DispatchHooks): Promise<ZalouserError | undefined> {
  try {
    await hooks.onDispatch?.();
    hooks.assertCurrent?.();
    return undefined;
  } catch (cause) {
    const { accountId } = account;
    return new ZalouserError("SEND_STOPPED", "OpenClaw withdrew the message before it was sent.", { accountId, cause });
  }
}
