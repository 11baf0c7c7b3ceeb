import { readFileSync, type Stats, statSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { loginCommand, ZalouserError } from "../../errors.js";
import { failureError, recognizeFailure } from "../output/failures.js";
import { sweepOrphans } from "../process/orphans.js";
import { addProfileCommand, credentialLoginCommand } from "../program/commands.js";
import type { Zca } from "../program/run.js";
import { type LoggedIn, type LoginOptions, whoLoggedIn } from "./login.js";
import { acquireLoginLock } from "./login-lock.js";

export interface FileLoginOptions extends Pick<LoginOptions, "zca" | "lockDir" | "record" | "signal"> {
  /** The file with the session. It is only read. */
  readonly file: string;
}

const largestFile = 1024 * 1024;

/** What zca wants in it: cookies as a list, or as the object with `url` and `cookies` that browser extensions export. */
const shape = z.looseObject({
  imei: z.string().min(1),
  userAgent: z.string().min(1),
  cookie: z.union([z.array(z.looseObject({})).min(1), z.looseObject({ cookies: z.array(z.looseObject({})).min(1) })]),
});

/**
 * Checks a file before zca sees it: a broken one would cost a login to find out. Returns its absolute path and whether
 * others on the machine may read it. Throws `LOGIN_FILE_INVALID`, which tells nothing of the content.
 */
export function readCredentialFile(file: string, accountId: string): { path: string; isExposed: boolean } {
  const absolute = path.resolve(file);
  const invalid = (what: string) => new ZalouserError("LOGIN_FILE_INVALID", `${absolute} ${what}.`, { accountId });
  const found = lookAt(absolute);
  if (found === "unreachable") throw invalid("cannot be read");
  if (found === undefined) throw invalid("does not exist");
  if (!found.isFile()) throw invalid("is not a file");
  if (found.size > largestFile) throw invalid("is too large for a saved session");
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(absolute, "utf8"));
  } catch (error) {
    throw invalid(error instanceof SyntaxError ? "is not JSON" : "cannot be read");
  }
  const parsed = shape.safeParse(content);
  if (!parsed.success)
    throw invalid(`lacks a usable ${parsed.error.issues.map(({ path: [key] }) => String(key)).join(" and ")}`);
  return { path: absolute, isExposed: (found.mode & 0o077) !== 0 };
}

function lookAt(file: string): Stats | undefined | "unreachable" {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch {
    return "unreachable";
  }
}

/**
 * Logs a profile in with a saved session, for machines where no phone can scan a code. Throws `LOGIN_FILE_INVALID`,
 * `LOGIN_IN_PROGRESS`, `ZCA_UNSUPPORTED`, `LOGIN_FAILED`, `ZCA_LOGIN_REFUSED`, or what `record` throws.
 */
export async function loginWithFile(options: FileLoginOptions): Promise<LoggedIn> {
  const { zca, lockDir, signal } = options;
  const { accountId } = zca;
  const file = readCredentialFile(options.file, accountId).path;
  await assertTakesSession(zca);
  const release = acquireLoginLock({ folder: lockDir, profile: zca.profile, accountId });
  try {
    await sweepOrphans(zca.recordsDir, { kinds: ["login"], profile: zca.profile });
    await ensureProfile(zca);
    const command = credentialLoginCommand(file);
    const result = await zca.run(command, { signal });
    if (!/^\s*logged in profile\b/im.test(result.stdout)) {
      const failure = recognizeFailure(command, result);
      if (failure.code !== "ZCA_FAILED" && failure.code !== "ZCA_LOGGED_OUT") throw failureError(failure, accountId);
      const what = `zca did not accept the saved session. ${failure.what}`;
      throw new ZalouserError("LOGIN_FAILED", what, { accountId });
    }
    const loggedIn = await whoLoggedIn(options);
    options.record(loggedIn);
    return loggedIn;
  } finally {
    release();
  }
}

/** Throws `ZCA_UNSUPPORTED` when the program has no login with a saved session. Asks it for its help, never Zalo. */
export async function assertTakesSession(zca: Zca): Promise<void> {
  const { accountId } = zca;
  if ((await zca.capabilities()).flavor === "openzca") return;
  const what = `The program ${zca.binary().path} is zca-cli, which cannot log in with a saved session. Name an openzca (--zca-binary, or channels.zalouser.zcaBinary), or log in by QR code: ${loginCommand(accountId)}.`;
  throw new ZalouserError("ZCA_UNSUPPORTED", what, { accountId });
}

/** Only the QR login makes a profile by itself. */
async function ensureProfile(zca: Zca): Promise<void> {
  const command = addProfileCommand(zca.profile);
  const result = await zca.run(command);
  const isThere = result.ending.kind === "exit" && result.ending.code === 0;
  if (!isThere && !/already exists/i.test(result.stderr))
    throw failureError(recognizeFailure(command, result), zca.accountId);
}
