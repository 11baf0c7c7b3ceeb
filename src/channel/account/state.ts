import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { resolveStateDir } from "openclaw/plugin-sdk/state-paths";
import { z } from "zod";
import { ZalouserError } from "../../errors.js";
import { CHANNEL_ID } from "../channel-id.js";

/** Why an account is blocked; written before the listener is given up, read before any spawn. */
const verdict = z.object({
  kind: z.enum(["logged-out", "login-refused", "unlicensed", "wrong-account"]),
  detail: z.string(),
  atMs: z.number(),
  /** Fingerprint of the program and of the saved login at that time; a change of either lifts the verdict. */
  evidence: z.string(),
});

/** Who is logged in; written by `channels login`, watched by the running account. */
const login = z.object({
  uid: z.string(),
  displayName: z.string().optional(),
  atMs: z.number(),
  /** A login happened, as opposed to the uid having been asked for. */
  byLogin: z.boolean(),
});

/** Tries after evictions and kicks, so that a restart of the gateway does not earn new ones. */
const budget = z.object({ tries: z.array(z.number()), streak: z.number(), notBeforeMs: z.number() });

export type StoredVerdict = z.infer<typeof verdict>;
export type LoginRecord = z.infer<typeof login>;

/** Small private files of one account, below the host's state folder. Folders 0700, files 0600, written by rename. */
export interface AccountState {
  readonly folder: string;
  /** Where living child processes are recorded. */
  readonly processFolder: string;
  readonly verdict: Slot<StoredVerdict>;
  readonly login: Slot<LoginRecord>;
  readonly budget: Slot<z.infer<typeof budget>>;
}

export interface Slot<T> {
  readonly path: string;
  /** Undefined when nothing (readable) is stored. */
  read(): T | undefined;
  write(value: T): void;
  clear(): void;
  /** Changes whenever the stored value does; 0 when there is none. */
  version(): number;
}

export function channelStateFolder(stateDir: string = resolveStateDir()): string {
  return path.join(stateDir, CHANNEL_ID);
}

export function openAccountState(accountId: string, stateDir?: string): AccountState {
  // Account ids are normalized by the host to [a-z0-9_-], so they are safe as folder names.
  const folder = path.join(channelStateFolder(stateDir), "accounts", accountId);
  const slot = <T>(name: string, schema: z.ZodType<T>) => openSlot(path.join(folder, name), schema, accountId);
  return {
    folder,
    processFolder: path.join(folder, "processes"),
    verdict: slot("verdict.json", verdict),
    login: slot("login.json", login),
    budget: slot("budget.json", budget),
  };
}

export function openSlot<T>(file: string, schema: z.ZodType<T>, accountId?: string): Slot<T> {
  return {
    path: file,
    read() {
      try {
        return schema.safeParse(JSON.parse(readFileSync(file, "utf8"))).data;
      } catch {
        // Missing, unreadable or cut by a crash: the same as nothing stored, each caller starts afresh.
        return undefined;
      }
    },
    write(value) {
      try {
        ensurePrivateFolder(path.dirname(file));
        const draft = `${file}.${process.pid}.tmp`;
        writeFileSync(draft, `${JSON.stringify(value)}\n`, { mode: 0o600 });
        renameSync(draft, file);
      } catch (cause) {
        throw new ZalouserError("STATE_UNWRITABLE", `Could not write ${file}.`, {
          cause,
          ...(accountId === undefined ? {} : { accountId }),
        });
      }
    },
    clear() {
      rmSync(file, { force: true });
    },
    version() {
      return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    },
  };
}

export function ensurePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
}
