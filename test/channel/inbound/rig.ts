import type { AccountRun } from "../../../src/channel/inbound/account-run.ts";
import type { TurnLifecycle } from "../../../src/channel/inbound/dispatch.ts";
import { hostRun, type HostConfig } from "../../fakes/host.ts";

export const me = "3300912847765512008";
export const lan = "5120034498771203345";
export const huy = "8891200345671123490";
export const family = "7044519283300761122";

export interface GivenTurn {
  readonly message: {
    readonly body: string;
    readonly rawBody: string;
    readonly inboundHistory?: readonly { readonly body: string }[];
  };
  readonly extra: { readonly ReplyToBody?: string; readonly ReplyToId?: string };
}

export interface NotingHost {
  readonly run: AccountRun;
  /** Every turn the host was given, in order. */
  readonly given: GivenTurn[];
  readonly errors: string[];
  /** What the host does with a turn; default: owns it. */
  host: (turn: GivenTurn, lifecycle: TurnLifecycle) => Promise<void>;
}

/** A running account whose host decides for real and only notes the turns it is given. */
export function notingHost(settings: object): NotingHost {
  const cfg = {
    channels: { zalouser: settings },
    messages: { inbound: { debounceMs: 0 } },
  } as HostConfig;
  const base = hostRun(cfg, { ownId: me, ownName: "Trợ lý" });
  const given: GivenTurn[] = [];
  const errors: string[] = [];
  const rig = {
    given,
    errors,
    host: async (_turn: GivenTurn, lifecycle: TurnLifecycle) => lifecycle.onAdopted(),
  };
  const inbound = {
    ...base.core.channel.inbound,
    buildContext: (turn: GivenTurn) => turn,
    dispatch: async (asked: { ctxPayload: GivenTurn; replyOptions: { turnAdoptionLifecycle: TurnLifecycle } }) => {
      given.push(asked.ctxPayload);
      await rig.host(asked.ctxPayload, asked.replyOptions.turnAdoptionLifecycle);
    },
  };
  const core = { ...base.core, channel: { ...base.core.channel, inbound } } as unknown as AccountRun["core"];
  return Object.assign(rig, {
    run: { ...base, core, log: { ...base.log, error: (message: string) => void errors.push(message) } },
  });
}
