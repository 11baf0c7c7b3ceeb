import { readChannelAllowFromStore } from "openclaw/plugin-sdk/channel-pairing";
import { isZaloId, readListedEntry } from "../../policy/index.js";
import { CHANNEL_ID } from "../channel-id.js";
import { settingsById } from "../names/settings.js";
import type { ResolvedAccount } from "./accounts.js";

/** People the operator let in by a pairing code, as the host's store has them now. */
export async function pairedPeople(accountId: string): Promise<string[]> {
  const entries = await readChannelAllowFromStore(CHANNEL_ID, process.env, accountId);
  return entries.map(String).filter(isZaloId);
}

/** People the settings list by id or by a name that is pinned to one, in the order typed. */
export function listedPeople(account: ResolvedAccount): string[] {
  const ids = (settingsById(account).settings.allowFrom ?? []).flatMap((entry) => {
    const read = readListedEntry(entry, "user");
    return read.kind === "id" ? read.id : [];
  });
  return [...new Set(ids)];
}
