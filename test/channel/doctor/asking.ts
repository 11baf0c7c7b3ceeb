import { resolveAccount } from "../../../src/channel/account/accounts.ts";
import { plugin } from "../../../src/channel/plugin.ts";
import { setupPlugin } from "../../../src/channel/setup-plugin.ts";
import type { HostConfig } from "../../fakes/host.ts";

export const fix = "openclaw doctor --fix";

export const zalouser = (block: object, rest: object = {}) =>
  ({ channels: { ...rest, zalouser: block } }) as HostConfig;
export const blockOf = (cfg: HostConfig) => cfg.channels?.["zalouser"];

/** What `openclaw doctor` tells. */
export async function warnings(cfg: HostConfig): Promise<string> {
  return ((await setupPlugin.doctor?.collectPreviewWarnings?.({ cfg, doctorFixCommand: fix })) ?? []).join("\n");
}

/** What `openclaw doctor --fix` makes of the config. */
export async function repaired(cfg: HostConfig): Promise<{ block: unknown; changes: readonly string[] }> {
  const result = await setupPlugin.doctor?.repairConfig?.({ cfg, doctorFixCommand: fix });
  if (result === undefined) throw new Error("There is no repair.");
  return { block: blockOf(result.config), changes: result.changes };
}

/** What `openclaw security audit` names of ours, by check. */
export async function audit(
  cfg: HostConfig,
  accountId = "default",
  ordered = [accountId],
): Promise<Record<string, string>> {
  const found = await plugin.security?.collectAuditFindings?.({
    cfg,
    sourceConfig: cfg,
    accountId,
    account: resolveAccount(cfg, accountId),
    orderedAccountIds: ordered,
    hasExplicitAccountPath: false,
  });
  return Object.fromEntries((found ?? []).map(({ checkId, severity, detail }) => [checkId, `${severity}: ${detail}`]));
}
