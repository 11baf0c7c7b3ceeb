import { describeError, isZalouserError, ZalouserError } from "../../errors.js";
import { authStatus } from "../../zca/index.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { openZca } from "../account/zca.js";
import { supervisorSnapshot } from "./supervisors.js";

/** What `channels status --probe` learns: the program, and by a login who the profile is. */
export interface Probe {
  readonly ok: boolean;
  readonly error?: string;
  readonly program?: string;
  readonly version?: string;
  /** What this program cannot do, in words. */
  readonly missing?: readonly string[];
  readonly userId?: string;
  readonly displayName?: string;
  /** When Zalo was asked. */
  readonly askedAtMs?: number;
}

/** The Control UI asks with every save and every finished setup; each look at Zalo is a login. */
const validMs = 5 * 60_000;

/** The newest good answer of each account whose listener runs, and the run it belongs to. */
const answers = new Map<string, { readonly probe: Probe; readonly run: number; readonly askedAtMs: number }>();

/** While the same listener hears, a good answer holds for five minutes. */
export async function probeAccount(account: ResolvedAccount, timeoutMs: number, nowMs = Date.now()): Promise<Probe> {
  const { accountId } = account;
  const run = hearingSince(accountId);
  const known = answers.get(accountId);
  if (known !== undefined && known.run === run && nowMs >= known.askedAtMs && nowMs < known.askedAtMs + validMs)
    return known.probe;
  const probe: Probe = { ...(await askZalo(account, timeoutMs)), askedAtMs: nowMs };
  if (probe.ok && run !== undefined && hearingSince(accountId) === run)
    answers.set(accountId, { probe, run, askedAtMs: nowMs });
  else answers.delete(accountId);
  return probe;
}

function hearingSince(accountId: string): number | undefined {
  const { lifecycle, connectedAtMs } = supervisorSnapshot(accountId) ?? {};
  return lifecycle === "ready" ? connectedAtMs : undefined;
}

/** A look at the program and at Zalo, whatever is known. */
export async function askZalo(account: ResolvedAccount, timeoutMs: number): Promise<Probe> {
  if (account.fault) return { ok: false, error: account.fault.message };
  const signal = AbortSignal.timeout(timeoutMs);
  const zca = openZca(account);
  try {
    const program = zca.binary().path;
    const { version, flavor, missing } = await zca.capabilities();
    const found = { program, version: `${flavor === "openzca" ? "openzca" : "zca-cli"} ${version}`, missing };
    const status = await authStatus(zca, signal);
    if (!status.loggedIn) return { ok: false, error: status.error.message, ...found };
    const { userId, displayName } = status;
    return {
      ok: true,
      ...found,
      ...(userId === undefined ? {} : { userId }),
      ...(displayName === undefined ? {} : { displayName }),
    };
  } catch (error) {
    if (isZalouserError(error)) return { ok: false, error: error.message };
    const { accountId } = account;
    return { ok: false, error: new ZalouserError("ZCA_FAILED", `${describeError(error)}.`, { accountId }).message };
  }
}
