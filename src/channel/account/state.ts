import { createHash } from "node:crypto";
import path from "node:path";
import { resolveStateDir } from "openclaw/plugin-sdk/state-paths";
import { z } from "zod";
import { endingKinds } from "../../supervisor/index.js";
import { CHANNEL_ID } from "../channel-id.js";
import { openSlot, type Slot } from "./slot.js";

/** Who is logged in; written by `channels login`, watched by the running account. */
const login = z.object({
  uid: z.string(),
  displayName: z.string().optional(),
  atMs: z.number(),
  /** A login happened, as opposed to the uid having been asked for. */
  byLogin: z.boolean(),
  /** Which saved login that was; see `savedSession`. */
  session: z.string().optional(),
});

/** Whose conversations the other files of the folder are about. */
const person = z.object({
  uid: z.string(),
  /** Whose they were before, and until when. */
  before: z.object({ uid: z.string(), untilMs: z.number() }).exactOptional(),
});

/** Tries after evictions and kicks, so that a restart of the gateway does not earn new ones. */
const budget = z.object({
  tries: z.array(z.number()).readonly(),
  streak: z.number(),
  notBeforeMs: z.number(),
  starts: z.array(z.number()).readonly().default([]),
  fruitless: z.number().default(0),
});

/** The last ends of the listener, so that a wait that survived a restart can still say what it waits for. */
const exits = z.array(
  z.object({
    kind: z.enum(endingKinds),
    detail: z.string(),
    atMs: z.number(),
    asked: z.enum(["stop", "renew", "wake"]).exactOptional(),
  }),
);

/** How fast a Zalo session has sent, so that a restart of the gateway earns it no new sends. */
const pace = z.object({ coolUntilMs: z.number(), nextCooldownMs: z.number(), starts: z.array(z.number()).readonly() });

export type LoginRecord = z.infer<typeof login>;

/** Small private files of one account, below the host's state folder. Folders 0700, files 0600, written by rename. */
export interface AccountState {
  readonly folder: string;
  /** Where living child processes are recorded. */
  readonly processFolder: string;
  readonly login: Slot<LoginRecord>;
  readonly person: Slot<z.infer<typeof person>>;
  readonly budget: Slot<z.infer<typeof budget>>;
  readonly exits: Slot<z.infer<typeof exits>>;
}

export function channelStateFolder(stateDir: string = resolveStateDir()): string {
  return path.join(stateDir, CHANNEL_ID);
}

/** Where everything of one account is kept. */
export function accountFolder(accountId: string, stateDir?: string): string {
  // Account ids are normalized by the host to [a-z0-9_-], so they are safe as folder names.
  return path.join(channelStateFolder(stateDir), "accounts", accountId);
}

export function openAccountState(accountId: string, stateDir?: string): AccountState {
  const folder = accountFolder(accountId, stateDir);
  const slot = <T>(name: string, schema: z.ZodType<T>) => openSlot(path.join(folder, name), schema, accountId);
  return {
    folder,
    processFolder: path.join(folder, "processes"),
    login: slot("login.json", login),
    person: slot("person.json", person),
    budget: slot("budget.json", budget),
    exits: slot("exits.json", exits),
  };
}

/**
 * The pace of one zca profile within its program's data folder. Kept beside the accounts: the limits are the session's,
 * whatever the account that drives it is called and whoever logged in behind it.
 */
export function openPace(home: string, profile: string, stateDir?: string): Slot<z.infer<typeof pace>> {
  const name = createHash("sha256").update(`${home}\n${profile}`).digest("hex").slice(0, 16);
  return openSlot(path.join(channelStateFolder(stateDir), "pace", `${name}.json`), pace);
}
