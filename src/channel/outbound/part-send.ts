import { isZalouserError, ZalouserError } from "../../errors.js";
import type { Target } from "../../policy/index.js";
import type { SendOutcome } from "../../zca/index.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { supervisorSnapshot } from "../operate/supervisors.js";
import { pausedRefusal } from "../paused/conversations.js";
import { wrongUser } from "./authors.js";
import type { Call } from "./deliver.js";
import { sendLedgerOf } from "./ledgers.js";
import { noteRefusal, standingRefusal } from "./refused-session.js";
import type { SendAttempt } from "./ledger-entry.js";
import type { Sender } from "./senders.js";
import { settleSends } from "./settle-sends.js";

export interface DispatchHooks {
  /** Just before a call may leave the machine. */
  readonly onDispatch?: (() => Promise<void>) | undefined;
  /** Synchronous last check, directly before the call. */
  readonly assertCurrent?: (() => void) | undefined;
  /** Where the owner has paused the conversation too: what answers the owner's own command. */
  readonly evenPaused?: boolean;
}

export interface PartSendOptions {
  readonly account: ResolvedAccount;
  readonly target: Target;
  readonly sender: Sender;
  readonly hooks: DispatchHooks;
  /** Whose words these are, as far as known: while they wait, somebody else may have logged in. */
  readonly author: string | undefined;
  /** Whether a send nobody knows the end of may be looked for again later. */
  readonly persists?: boolean;
}

export type PartSend = (
  call: Call,
  place: Omit<SendAttempt, "kind" | "hash">,
  signal: AbortSignal,
) => Promise<SendOutcome>;

/** Carries out one call between two entries in the ledger; for an outcome that is unknown the history is looked at. */
export function createPartSend({
  account,
  target,
  sender,
  hooks,
  author,
  persists = false,
}: PartSendOptions): PartSend {
  const { accountId } = account;
  const thread = `${target.kind}:${target.id}`;
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
    if (outcome.kind !== "unknown" || kind === "act" || signal.aborted) return outcome;
    const { error } = outcome;
    const open: SendOutcome = persists ? { ...outcome, lookAgain: look } : outcome;
    return isOutage(outcome.error) ? open : look(signal);

    async function look(looking: AbortSignal): Promise<SendOutcome> {
      if (outage(account) !== undefined) return open;
      const noLook = await settleSends(sender, target, looking);
      const settled = ledger.find(entry.id);
      if (settled?.state === "sent") return { kind: "sent", messageIds: settled.messageIds };
      if (settled?.state === "unsent") return { kind: "unsent", error: neverArrived(accountId, error) };
      // Everything else of the profile waits meanwhile; that has to have a prospect.
      return noLook?.passes === true ? open : { kind: "unknown", error };
    }
  };

  function refusalOf(): ZalouserError | undefined {
    const paused = hooks.evenPaused === true ? undefined : pausedRefusal(accountId, thread);
    return wrongUser(accountId, author) ?? standingRefusal(account) ?? paused;
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
