import { isZalouserError } from "../../errors.js";
import type { EndingKind } from "../../supervisor/index.js";
import type { Ending } from "../process/spawn.js";
import type { ZcaCommand } from "../program/commands.js";
import { diagnose } from "../program/diagnose.js";
import type { Zca } from "../program/run.js";

export interface ListenExit {
  /** Every exit has one, code 0 too. */
  readonly kind: EndingKind;
  /** One sentence for a person; no ids, no message text. */
  readonly detail: string;
  readonly code?: number;
  readonly signal?: string;
  /** The websocket's close code, when the program named one. */
  readonly closeCode?: number;
}

/** What is known of a listener's run when it is over. */
interface Evidence {
  readonly ending: Ending;
  readonly closeCode: number | undefined;
  readonly connected: boolean;
  readonly stderr: string;
}

const endingOfCode: ReadonlyMap<string, EndingKind> = new Map([
  ["ZCA_BUSY", "lock-held"],
  ["ZCA_LOGGED_OUT", "logged-out"],
  ["ZCA_LOGIN_REFUSED", "login-refused"],
  ["ZCA_UNLICENSED", "unlicensed"],
  ["ZCA_NETWORK", "network"],
  ["ZCA_TIMEOUT", "network"],
  ["ZCA_NOT_FOUND", "binary-missing"],
  ["ZCA_NOT_EXECUTABLE", "not-executable"],
  ["ZCA_UNRECOGNIZED", "unrecognized"],
]);

const recycleExitCode = 75;

/** Another connection owns the session now, or Zalo ended it. */
export function isTakenOver(closeCode: number | undefined): boolean {
  return closeCode === 3000 || closeCode === 3003;
}

export function classify(zca: Zca, command: ZcaCommand, evidence: Evidence): ListenExit {
  const { ending, closeCode, connected, stderr } = evidence;
  const facts = {
    ...(ending.kind === "exit" ? { code: ending.code } : {}),
    ...(ending.kind === "signal" ? { signal: ending.signal } : {}),
    ...(closeCode === undefined ? {} : { closeCode }),
  };
  if (closeCode !== undefined && isTakenOver(closeCode)) return { ...closedWith(closeCode), ...facts };
  if (ending.kind === "exit" && ending.code === recycleExitCode) {
    return { kind: "recycle", detail: "The listener renewed itself.", ...facts };
  }
  if (closeCode !== undefined) return { ...closedWith(closeCode), ...facts };
  if (ending.kind === "exit" && ending.code === 0) {
    return { kind: "closed", detail: "The listener ended without saying why.", ...facts };
  }
  const failure = diagnose(zca, command, { stdout: "", stderr, ending, truncated: false });
  const unknown = ending.kind === "not-started" ? "no-start" : "crash";
  // Once connected, these words stand in warnings about something else; the run ended by a crash.
  const kind = connected ? "crash" : (endingOfCode.get(failure.code) ?? unknown);
  return { kind, detail: kind === "lock-held" ? holderOf(stderr) : failure.what, ...facts };
}

/** The program names the process that holds the profile; what is no listener was removed before the start. */
function holderOf(stderr: string): string {
  const pid = /\(pid (\d+)\)/.exec(stderr)?.[1];
  return pid === undefined ? "" : `process ${pid}; \`kill ${pid}\` ends it`;
}

function closedWith(code: number): Pick<ListenExit, "kind" | "detail"> {
  if (code === 3000)
    return { kind: "evicted", detail: "Another connection took over this Zalo session (close code 3000)." };
  if (code === 3003) return { kind: "kicked", detail: "Zalo ended the session (close code 3003)." };
  return { kind: "closed", detail: `The connection to Zalo closed (close code ${code}).` };
}

export const stoppedBeforeStart: ListenExit = { kind: "closed", detail: "The listener was stopped before it started." };

export function failedStart(error: unknown): ListenExit {
  if (!isZalouserError(error)) return { kind: "no-start", detail: "The listener could not be started." };
  // A program that does not answer is slow or stuck, which is no word about the network.
  const kind = error.code === "ZCA_TIMEOUT" ? "no-start" : (endingOfCode.get(error.code) ?? "no-start");
  return { kind, detail: error.what };
}
