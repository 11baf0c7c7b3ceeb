import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { ZalouserError } from "../../errors.js";
import { openzcaHome } from "../../zca/index.js";
import type { ResolvedAccount } from "./accounts.js";
import { lookAt } from "./stat.js";
import { openAccountState } from "./state.js";
import { openZca } from "./zca.js";

/** Made up anew for every login; cookies may be refreshed within one. */
const credentials = z.object({ imei: z.string().min(1) });

interface Seen {
  readonly mtimeMs: number;
  readonly size: number;
  readonly session: string | undefined;
}

/** Asked before every send: the file is read again only when it has changed. */
const seen = new Map<string, Seen>();

/**
 * Names the login saved for an account's profile without telling any of it; changes when somebody logs in. Undefined
 * when there is none, where the program keeps it elsewhere, and where it cannot be looked at (see `profileTrouble`).
 */
export function savedSession(account: ResolvedAccount): string | undefined {
  const file = credentialsFile(account);
  const found = lookAt(file);
  if (found === undefined || found instanceof Error) return undefined;
  const { mtimeMs, size } = found;
  const known = seen.get(file);
  if (known?.mtimeMs === mtimeMs && known.size === size) return known.session;
  const session = readSession(file);
  seen.set(file, { mtimeMs, size, session });
  return session;
}

/** Whether somebody logged in to this profile outside of us since the account's user was last known. */
export function isForeignSession(account: ResolvedAccount): boolean {
  const known = openAccountState(account.accountId).login.read()?.session;
  const session = savedSession(account);
  return known !== undefined && session !== undefined && session !== known;
}

/**
 * Why it cannot even be seen whether the profile holds a login: permissions, a loop of links, a failing disk. The
 * program would call that "not logged in", and a login would be the wrong cure.
 */
export function profileTrouble(account: ResolvedAccount): ZalouserError | undefined {
  const file = credentialsFile(account);
  const found = lookAt(file);
  if (!(found instanceof Error)) return undefined;
  const why = "code" in found ? String(found.code) : found.message;
  return new ZalouserError("ZCA_PROFILE_UNREADABLE", `The saved login ${file} cannot be looked at (${why}).`, {
    accountId: account.accountId,
    cause: found,
  });
}

function credentialsFile(account: ResolvedAccount): string {
  const home = openzcaHome(openZca(account).environment("status"));
  return path.join(home, "profiles", account.profile, "credentials.json");
}

function readSession(file: string): string | undefined {
  try {
    const { imei } = credentials.parse(JSON.parse(readFileSync(file, "utf8")));
    return createHash("sha256").update(imei).digest("hex").slice(0, 16);
  } catch {
    return undefined; // Half written or damaged: the program itself will say so.
  }
}
