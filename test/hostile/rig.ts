import { upsertChannelPairingRequest } from "openclaw/plugin-sdk/conversation-runtime";
import { resolveAccount } from "../../src/channel/account/accounts.ts";
import { accountDetails } from "../../src/channel/operate/inspect.ts";
import { getRuntime, setRuntime } from "../../src/channel/runtime.ts";
import { status as statusAdapter } from "../../src/channel/status.ts";
import { createAccountHost, type AccountHost } from "../fakes/account-host.ts";

export const lan = "5120034498771203345";
export const huy = "8891200345671123490";
export const family = "7044519283300761122";
/** The bot's own id, as the account host has it. */
export const me = "3300912847765512008";
export const patience = { timeout: 60_000, interval: 25 };

/** What the plugin hands to OpenClaw for one turn; the keys are OpenClaw's. */
export interface Context {
  readonly message: {
    readonly body: string;
    readonly bodyForAgent: string;
    readonly rawBody: string;
    readonly commandBody: string;
  };
  readonly sender: { readonly id: string; readonly name?: string };
  readonly conversation: { readonly kind: string; readonly id: string; readonly label: string };
  readonly media?: readonly unknown[];
  readonly extra: Readonly<Record<string, unknown>>;
}

export interface HostileRig extends AccountHost {
  /** Every context built for a turn, whole. */
  readonly contexts: Context[];
  /** Every URL the plugin asked OpenClaw to fetch. */
  readonly fetched: string[];
  /** Everything an operator can see: all logs, the status snapshot, its issues. */
  visible(): Promise<string>;
  details(): ReturnType<typeof accountDetails>;
}

/** The whole plugin with a simulated Zalo around it, OpenClaw's own pairing store, and every word that leaves it on record. */
export function createHostileRig(): HostileRig {
  const host = createAccountHost(me);
  const contexts: Context[] = [];
  const fetched: string[] = [];
  const runtime = getRuntime();
  const { channel } = runtime;
  const buildContext = (context: Context) => {
    contexts.push(context);
    const build = channel.inbound.buildContext as unknown as (input: Context) => object;
    return build(context);
  };
  const wrapped = {
    ...runtime,
    channel: {
      ...channel,
      inbound: { ...channel.inbound, buildContext },
      pairing: { ...channel.pairing, upsertPairingRequest: upsertChannelPairingRequest },
      media: {
        saveRemoteMedia: async ({ url }: { url: string }) => {
          fetched.push(url);
          throw new Error("Nothing is fetched here.");
        },
      },
    },
  };
  setRuntime(wrapped as unknown as typeof runtime);
  const account = () => resolveAccount(host.config(), "default");
  const rig: Omit<HostileRig, keyof AccountHost> = {
    contexts,
    fetched,
    details: () => accountDetails(account()),
    async visible() {
      const build = statusAdapter.buildAccountSnapshot;
      const snapshot = await build?.({ account: account(), cfg: host.config(), runtime: host.status() });
      const issues = snapshot === undefined ? [] : statusAdapter.collectStatusIssues?.([snapshot]);
      return JSON.stringify({ logs: host.logs, status: host.status(), snapshot, issues });
    },
  };
  return Object.assign(host, rig);
}
