import type { ResolvedAgentRoute } from "openclaw/plugin-sdk/routing";
import type { OpenClawConfig } from "openclaw/plugin-sdk/config-contracts";

type DmScope = NonNullable<ResolvedAgentRoute["dmScope"]>;

/**
 * The host's default merges all direct messages into one session; on a personal account that would show one contact's
 * conversation to another. Unless the operator chose a scope that keeps people apart, each person has a session.
 */
export function resolveDmScope(cfg: OpenClawConfig): DmScope {
  const configured = cfg.session?.dmScope;
  return configured === undefined || configured === "main" ? "per-channel-peer" : configured;
}

/** A config in which the host's own session-key builders use our direct-message scope. */
export function withDmScope(cfg: OpenClawConfig): OpenClawConfig {
  return { ...cfg, session: { ...cfg.session, dmScope: resolveDmScope(cfg) } };
}
