import path from "node:path";
import { resolveStateDir } from "openclaw/plugin-sdk/state-paths";
import { z } from "zod";
import { CHANNEL_ID } from "../channel-id.js";
import { openSlot, type Slot } from "./slot.js";

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

export type LoginRecord = z.infer<typeof login>;

/** Small private files of one account, below the host's state folder. Folders 0700, files 0600, written by rename. */
export interface AccountState {
  readonly folder: string;
  /** Where living child processes are recorded. */
  readonly processFolder: string;
  readonly login: Slot<LoginRecord>;
  readonly budget: Slot<z.infer<typeof budget>>;
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
    login: slot("login.json", login),
    budget: slot("budget.json", budget),
  };
}
