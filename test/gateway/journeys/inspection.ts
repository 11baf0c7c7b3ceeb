import { expect } from "vitest";
import type { Stage } from "../rig/stage.ts";

/** Any enabled plugin earns these by being installed the way the README says; no code of ours can prevent them. */
const unavoidable = new Set([
  // Until the operator lists the plugins that were meant (`plugins.allow`).
  "plugins.extensions_no_allowlist",
  // Of every plugin the host does not know, also of one without tools.
  "plugins.tools_reachable_permissive_policy",
  // Installed by name without a version.
  "plugins.installs_unpinned_npm_specs",
]);

interface Finding {
  readonly checkId: string;
  readonly severity: string;
}

/** `plugins inspect --runtime` and `security audit --deep` have nothing to say against the installed plugin but its own advice. */
export async function expectClean({ host }: Stage, trust: RegExp): Promise<void> {
  const [inspect, audit] = await Promise.all([
    host.cli(["plugins", "inspect", "zalouser", "--runtime", "--json"]),
    host.cli(["security", "audit", "--deep", "--json"]),
  ]);
  const { plugin, diagnostics } = JSON.parse(inspect.stdout);
  expect(plugin).toMatchObject({ status: "loaded", channelIds: ["zalouser"] });
  expect(plugin.dependencyStatus).toMatchObject({ requiredInstalled: true, missing: [] });
  expect(plugin.trust.reason).toMatch(trust);
  expect(diagnostics).toEqual([]);

  const { findings } = JSON.parse(audit.stdout);
  const isOurs = (finding: Finding) =>
    finding.checkId.startsWith("plugins.") || JSON.stringify(finding).includes("zalouser");
  // What the plugin itself tells about its config is advice; a default setup earns nothing critical.
  const isAdvice = ({ checkId, severity }: Finding) =>
    checkId.startsWith("channels.zalouser.") && severity !== "critical";
  const ours: Finding[] = findings.filter(isOurs).filter(({ checkId }: Finding) => !unavoidable.has(checkId));
  expect(ours.filter((finding) => !isAdvice(finding))).toEqual([]);
  expect(ours.map(({ checkId }) => checkId)).toContain("channels.zalouser.process_list");
}
