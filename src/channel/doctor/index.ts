// What `openclaw doctor` and `openclaw security audit` load.
import type { ChannelPlugin, OpenClawConfig } from "openclaw/plugin-sdk/channel-core";
import { findingsFor, mutableEntries } from "./findings.js";
import { proposalsFor } from "./proposals.js";

export { auditFindings } from "./audit.js";

type Doctor = NonNullable<ChannelPlugin["doctor"]>;

/** Says what is wrong and what `--fix` would change: all of it, also what shows only once something else is mended. */
export const collectPreviewWarnings: NonNullable<Doctor["collectPreviewWarnings"]> = ({ cfg, doctorFixCommand }) => [
  ...repaired(cfg).changes.map((what) => `- ${what} (${doctorFixCommand} does it)`),
  ...findingsFor(cfg).map((finding) => `- ${finding}`),
];

export const collectMutableAllowlistWarnings: NonNullable<Doctor["collectMutableAllowlistWarnings"]> = ({ cfg }) =>
  mutableEntries(cfg).map((line) => `- ${line}`);

export const repairConfig: NonNullable<Doctor["repairConfig"]> = ({ cfg }) => repaired(cfg);

/** Every proposal applied; each is looked for again in what the ones before have left. */
function repaired(cfg: OpenClawConfig): { config: OpenClawConfig; changes: string[] } {
  const changes: string[] = [];
  let config = cfg;
  for (let [next] = proposalsFor(config); next !== undefined; [next] = proposalsFor(config)) {
    // A proposal that changes nothing would come back for ever.
    if (changes.includes(next.what)) break;
    config = next.apply(config);
    changes.push(next.what);
  }
  return { config, changes };
}
