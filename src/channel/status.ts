import type { ChannelPlugin } from "openclaw/plugin-sdk/channel-core";
import type { ResolvedAccount } from "./account/accounts.js";
import { CHANNEL_ID } from "./channel-id.js";
import { hintsFor } from "./hints.js";
import { zcaLimits } from "./limits.js";
import { inspectModule } from "./lazy.js";
import { nameHints } from "./names/report.js";
import type { Probe } from "./operate/inspect.js";

type Status = NonNullable<ChannelPlugin<ResolvedAccount, Probe>["status"]>;
type Snapshot = Parameters<NonNullable<Status["collectStatusIssues"]>>[0][number];
type Issue = ReturnType<NonNullable<Status["collectStatusIssues"]>>[number];

/** Rides in the snapshot's free-form field from where the account is known to where issues are listed. */
interface Details {
  readonly hints: readonly string[];
  /** What this zca cannot do, in words. */
  readonly missing: readonly string[];
  readonly [key: string]: unknown;
}

/** Shows what the running listener knows. Only `--probe` asks Zalo. */
export const status: Status = {
  defaultRuntime: { accountId: "default", running: false },
  buildAccountSnapshot: async ({ account, cfg, runtime, probe }) => {
    const inspect = await inspectModule();
    const { lastInboundAt, lastOutboundAt, ...details } = inspect.accountDetails(account);
    const blocked = account.fault?.message ?? inspect.blockedReason(account);
    const hints = [
      ...hintsFor(cfg, account),
      ...nameHints(account),
      ...inspect.ackHints(cfg, account),
      ...inspect.notices(account),
    ];
    const application: Details = { ...details, hints };
    return {
      ...runtime,
      accountId: account.accountId,
      ...(account.name === undefined ? {} : { name: account.name }),
      enabled: account.enabled,
      configured: account.configured,
      running: runtime?.running ?? false,
      linked: blocked === undefined,
      dmPolicy: account.settings.dmPolicy ?? "pairing",
      profile: account.profile,
      lastInboundAt: lastInboundAt ?? runtime?.lastInboundAt ?? null,
      lastOutboundAt: lastOutboundAt ?? runtime?.lastOutboundAt ?? null,
      lastError: runtime?.lastError ?? blocked ?? null,
      application,
      ...(probe === undefined
        ? {}
        : {
            probe,
            lastProbeAt: probe.askedAtMs ?? Date.now(),
            ...(probe.program === undefined ? {} : { cliPath: probe.program }),
          }),
    };
  },
  // What the Control UI's list of channels goes by; without it a channel that runs is only "configured".
  buildChannelSummary: ({ snapshot: { configured, linked, running, connected, lastError } }) => ({
    configured,
    linked,
    running,
    connected,
    lastError,
  }),
  probeAccount: async ({ account, timeoutMs }) => (await inspectModule()).probeAccount(account, timeoutMs),
  formatCapabilitiesProbe: ({ probe }) => [
    probe.ok
      ? {
          text: `${probe.version ?? "zca"}: logged in as ${probe.displayName ?? "?"} (${probe.userId ?? "?"})`,
          tone: "success",
        }
      : { text: probe.error ?? "The probe failed.", tone: "error" },
    ...(probe.missing ?? []).map((what) => ({ text: `not available with this zca: ${what}`, tone: "warn" as const })),
    { text: `no zca can do: ${zcaLimits.join("; ")}`, tone: "muted" },
  ],
  collectStatusIssues: (snapshots) => snapshots.flatMap(issuesOf),
};

function issuesOf(snapshot: Snapshot): Issue[] {
  const { accountId, lifecycle, lastError, enabled, configured } = snapshot;
  if (enabled === false || configured === false) return [];
  const about = { channel: CHANNEL_ID, accountId };
  const issues: Issue[] = (detailsOf(snapshot)?.hints ?? []).map((message) => ({
    ...about,
    // Only what has a code is more than advice about the config.
    kind: /\[[A-Z_]+\]$/.test(message) ? kindOf(message) : "config",
    message,
  }));
  const probe = snapshot.probe as Probe | undefined;
  for (const what of probe?.missing ?? detailsOf(snapshot)?.missing ?? [])
    issues.push({ ...about, kind: "runtime", message: `This zca cannot do: ${what}.` });
  if (probe?.ok === false) issues.push({ ...about, kind: "auth", message: probe.error ?? "The probe failed." });
  // Of a blocked account the host lists the last error itself.
  const troubled = lifecycle === "recovering" || (snapshot.linked === false && lifecycle !== "blocked");
  if (troubled && typeof lastError === "string" && lastError !== probe?.error) {
    issues.push({ ...about, kind: kindOf(lastError), message: lastError });
  }
  return issues;
}

/** The code at the end of our errors tells what an operator has to look at. */
function kindOf(message: string): Issue["kind"] {
  if (/\[CONFIG_/.test(message)) return "config";
  return /\[(ZCA_LOGGED_OUT|ZCA_LOGIN_REFUSED|ZCA_WRONG_ACCOUNT|ZCA_UNLICENSED)\]$/.test(message) ? "auth" : "runtime";
}

function detailsOf(snapshot: Snapshot): Details | undefined {
  return snapshot.application as Details | undefined;
}
