import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ZalouserError } from "../../errors.js";
import { authStatus } from "./account-commands.js";
import { collect, type RunResult } from "../process/collect.js";
import { loginCommand } from "../program/commands.js";
import { failureError, recognizeFailure } from "../output/failures.js";
import { createLineSplitter } from "../output/lines.js";
import { acquireLoginLock } from "./login-lock.js";
import { sweepOrphans } from "../process/orphans.js";
import { createQrFolder } from "./qr-folder.js";
import { readQrImage } from "./qr-image.js";
import type { Zca } from "../program/run.js";
import { nameOf } from "../output/values.js";

export type LoginEvent =
  /** Show this code; it lives about 100 seconds. */
  | { readonly kind: "qr"; readonly payload: string; readonly png: Buffer; readonly attempt: number }
  | { readonly kind: "scanned"; readonly name: string }
  | { readonly kind: "declined" }
  | { readonly kind: "expired"; readonly attempt: number };

export interface LoginOptions {
  readonly zca: Zca;
  /** Private folder for the lock that keeps logins of one profile apart across processes. */
  readonly lockDir: string;
  readonly onEvent: (event: LoginEvent) => void;
  /** Writes down who logged in, before other processes may look: without it the new session seems to be a stranger's. */
  readonly record: (loggedIn: LoggedIn) => void;
  readonly signal?: AbortSignal | undefined;
  /** Parent of the private temporary folder for the QR picture. Default: the system's. */
  readonly qrDir?: string;
  /** This process has a terminal to lend to a program that can show its code nowhere else. */
  readonly terminal?: boolean;
}

export interface LoggedIn {
  readonly uid: string;
  readonly displayName?: string;
}

const maxAttempts = 3;
const qrPollMs = 100;

/**
 * Logs a profile in by QR code. Success is the program's word and a following `auth status` naming a uid.
 * Throws `LOGIN_DECLINED`, `LOGIN_EXPIRED` (after three codes), `LOGIN_IN_PROGRESS`, `LOGIN_FAILED`, or what kept the program from working,
 * and what `record` throws.
 */
export async function login(options: LoginOptions): Promise<LoggedIn> {
  const { zca, lockDir } = options;
  const { qrPath } = await zca.capabilities(options.signal);
  const release = acquireLoginLock({ folder: lockDir, profile: zca.profile, accountId: zca.accountId });
  try {
    // One that was interrupted still waits for the phone, and its code must not be the one that is scanned.
    await sweepOrphans(zca.recordsDir, { kinds: ["login"], profile: zca.profile });
    await (qrPath ? loginByImage(options) : loginInTerminal(options));
    const loggedIn = await whoLoggedIn(options);
    options.record(loggedIn);
    return loggedIn;
  } finally {
    release();
  }
}

async function loginByImage(options: LoginOptions): Promise<void> {
  const { onEvent, qrDir = tmpdir() } = options;
  const folder = createQrFolder(qrDir);
  try {
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      const result = await attemptLogin(options, path.join(folder, `code-${attempt}.png`), attempt);
      if (result === "logged-in") return;
      onEvent({ kind: "expired", attempt });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  throw failed(options, "LOGIN_EXPIRED", `None of ${maxAttempts} QR codes was scanned in time.`);
}

async function attemptLogin(options: LoginOptions, file: string, attempt: number): Promise<"logged-in" | "expired"> {
  const { zca, onEvent, signal } = options;
  throwIfCancelled(options);
  const command = loginCommand(file);
  const child = zca.start(command);
  let loggedIn = false;
  let declined = false;
  const lines = createLineSplitter({
    maxBytes: 64 * 1024,
    onLine(line) {
      const scannedBy = /^\s*scanned by:\s*(.*)$/i.exec(line);
      if (scannedBy) onEvent({ kind: "scanned", name: nameOf(scannedBy[1]) ?? "" });
      if (/^\s*logged in profile\b/i.test(line)) loggedIn = true;
      if (/declined on phone/i.test(line)) declined = true;
    },
  });
  child.stdout?.on("data", (chunk: Buffer) => lines.push(chunk));

  const ended = new AbortController();
  const watching = watchForQr(file, ended.signal, (image) => onEvent({ kind: "qr", ...image, attempt }));
  let result: RunResult;
  try {
    result = await collect(child, { timeoutMs: command.timeoutMs, graceMs: 2000, maxOutputBytes: 64 * 1024, signal });
  } finally {
    ended.abort();
    await watching;
  }
  lines.end();

  if (loggedIn) return "logged-in";
  throwIfCancelled(options);
  if (declined) {
    onEvent({ kind: "declined" });
    throw failed(options, "LOGIN_DECLINED", "The login was declined on the phone.");
  }
  const failure = recognizeFailure(command, result);
  if (failure.code === "LOGIN_EXPIRED") return "expired";
  if (failure.code !== "ZCA_FAILED") throw failureError(failure, zca.accountId);
  throw failed(options, "LOGIN_FAILED", `The login ended without a session. ${failure.what}`);
}

/** The picture is the only source of the code, and it may be read half written: look until it decodes. */
async function watchForQr(
  file: string,
  ended: AbortSignal,
  onImage: (image: { payload: string; png: Buffer }) => void,
): Promise<void> {
  while (!ended.aborted) {
    const image = await readQrImage(file);
    if (image) return onImage(image);
    await delay(qrPollMs, undefined, { signal: ended }).catch(() => undefined);
  }
}

/** A program that can only draw on a terminal gets ours. Its output passes us by, so only `auth status` can tell what came of it. */
async function loginInTerminal(options: LoginOptions): Promise<void> {
  const { zca, signal } = options;
  if (options.terminal !== true) {
    throw failed(options, "ZCA_UNSUPPORTED", "This zca shows its login code only in a terminal.");
  }
  throwIfCancelled(options);
  const command = loginCommand(undefined);
  const child = zca.start(command, { terminal: true });
  const result = await collect(child, { timeoutMs: command.timeoutMs, graceMs: 2000, maxOutputBytes: 0, signal });
  throwIfCancelled(options);
  if (result.ending.kind === "exit" && result.ending.code === 0) return;
  throw failed(options, "LOGIN_FAILED", "zca ended the login with an error.");
}

/** Asks who the profile is now; throws `LOGIN_FAILED` when the new session does not work. */
export async function whoLoggedIn(options: Pick<LoginOptions, "zca" | "signal">): Promise<LoggedIn> {
  const status = await authStatus(options.zca, options.signal);
  throwIfCancelled(options);
  if (!status.loggedIn) {
    throw failed(options, "LOGIN_FAILED", `The session does not work. ${status.error.what}`, status.error);
  }
  if (status.userId === undefined) throw failed(options, "LOGIN_FAILED", "zca does not say who is logged in.");
  const { userId, displayName } = status;
  return { uid: userId, ...(displayName === undefined ? {} : { displayName }) };
}

function throwIfCancelled(options: Pick<LoginOptions, "zca" | "signal">): void {
  if (options.signal?.aborted) throw failed(options, "LOGIN_FAILED", "The login was cancelled.");
}

function failed(
  options: Pick<LoginOptions, "zca">,
  code: "LOGIN_EXPIRED" | "LOGIN_DECLINED" | "LOGIN_FAILED" | "ZCA_UNSUPPORTED",
  what: string,
  cause?: unknown,
): ZalouserError {
  const { accountId } = options.zca;
  return new ZalouserError(code, what, cause === undefined ? { accountId } : { accountId, cause });
}
