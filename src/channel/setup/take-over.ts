import { normalizeAccountId } from "openclaw/plugin-sdk/account-id";
import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";
import { z } from "zod";
import type { ChannelConfig } from "../../config.js";
import { CHANNEL_ID, CHANNEL_PATH } from "../channel-id.js";
import { leftOutOfOpenzalo } from "../doctor/openzalo-left-out.js";
import { fromOpenzalo } from "../doctor/openzalo.js";
import type { Asking } from "./configure.js";
import { channelBlockOf, withChannel } from "./edit.js";

const before = "openzalo";

/** Of a fault in what was taken over, which stands nowhere yet but in the old settings. */
export const takeOverFaultNote = `Nothing was written. These settings come from channels.${before}: mend them there (channels.${before}.accounts.<id>.profile for a shared profile) and run this again, or decline to take them over.`;

/** Offers the settings of openzalo, which drives the same program with the same login, and switches it off then. */
export async function offerTakeOver(cfg: OpenClawConfig, prompter: Asking["prompter"]): Promise<OpenClawConfig> {
  const channels: Record<string, unknown> = { ...cfg.channels };
  const old = channels[before];
  const settings =
    channelBlockOf(cfg) === undefined && old !== undefined
      ? fromOpenzalo(old, cfg.channels?.defaults?.groupPolicy)
      : undefined;
  if (settings === undefined) return cfg;
  const message = `Take over the settings of channels.${before}? It is switched off then: two listeners on one login evict each other.`;
  if (!(await prompter.confirm({ message, initialValue: true }))) return cfg;
  await prompter.note(
    [
      `${CHANNEL_PATH} lets in whom channels.${before} let in: its groupAllowFrom has become groups, for here that list names people.`,
      "Groups with rules by sender (toolsBySender) stay closed until you have looked at their tools. Settings without a counterpart are left behind.",
      ...leftOutOfOpenzalo(old),
    ].join("\n"),
    CHANNEL_ID,
  );
  const off = { ...(typeof old === "object" && old !== null ? old : {}), enabled: false };
  return withChannel({ ...cfg, channels: { ...cfg.channels, [before]: off } }, asItRan(settings, old));
}

const profiles = z.looseObject({
  profile: z.string().optional(),
  accounts: z.record(z.string(), z.looseObject({ profile: z.string().optional() })).optional(),
});

/**
 * The accounts openzalo ran, on the profiles it ran them on. There, those without a profile share the root's, while ours
 * go by their id; and a default account without a block of its own is none there, while ours would run on an empty root.
 */
function asItRan({ defaultAccount, ...settings }: ChannelConfig, old: unknown): ChannelConfig {
  const { accounts } = settings;
  if (accounts === undefined) return settings;
  const { profile, accounts: olds = {} } = profiles.parse(old);
  const root = profile?.trim();
  const kept = Object.keys(accounts).some((id) => normalizeAccountId(id) === normalizeAccountId(defaultAccount));
  return {
    ...settings,
    ...(defaultAccount !== undefined && kept ? { defaultAccount } : {}),
    accounts: Object.fromEntries(
      Object.entries(accounts).map(([id, account]) => {
        const isInherited = root !== undefined && root !== "" && (olds[id]?.profile ?? "").trim() === "";
        return [id, isInherited ? { ...account, profile: root } : account];
      }),
    ),
  };
}
