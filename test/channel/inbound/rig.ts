import { DatabaseSync } from "node:sqlite";
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
  readonly conversation: { readonly label: string };
  readonly supplemental?: { readonly groupSystemPrompt?: string };
  readonly extra: {
    readonly ReplyToBody?: string;
    readonly ReplyToId?: string;
    readonly GroupSubject?: string;
    readonly WasMentioned?: boolean;
  };
}

export interface NotingHost {
  run: AccountRun;
  /** Every turn the host was given, in order. */
  readonly given: GivenTurn[];
  /** Skills each of them may use; undefined: all. */
  readonly skills: (readonly string[] | undefined)[];
  readonly errors: string[];
  /** What the host does with a turn; default: owns it. */
  host: (turn: GivenTurn, lifecycle: TurnLifecycle) => Promise<void>;
}

/** A running account whose host decides for real and only notes the turns it is given. */
export function notingHost(settings: object, rest: object = {}): NotingHost {
  const cfg = {
    ...rest,
    channels: { zalouser: settings },
    messages: { inbound: { debounceMs: 0 } },
  } as HostConfig;
  const base = hostRun(cfg, { ownId: me, ownName: "Trợ lý" });
  const given: GivenTurn[] = [];
  const skills: (readonly string[] | undefined)[] = [];
  const errors: string[] = [];
  const rig = {
    given,
    skills,
    errors,
    host: async (_turn: GivenTurn, lifecycle: TurnLifecycle) => lifecycle.onAdopted(),
  };
  const inbound = {
    ...base.core.channel.inbound,
    buildContext: (turn: GivenTurn) => turn,
    dispatch: async (asked: {
      ctxPayload: GivenTurn;
      replyOptions: { turnAdoptionLifecycle: TurnLifecycle; skillFilter?: readonly string[] };
    }) => {
      given.push(asked.ctxPayload);
      skills.push(asked.replyOptions.skillFilter);
      await rig.host(asked.ctxPayload, asked.replyOptions.turnAdoptionLifecycle);
    },
  };
  const core = { ...base.core, channel: { ...base.core.channel, inbound } } as unknown as AccountRun["core"];
  return Object.assign(rig, {
    run: { ...base, core, log: { ...base.log, error: (message: string) => void errors.push(message) } },
  });
}

/** Context as it was kept before the ids of those who said it were. */
export function keptWithoutIds(file: string, conversation: string, body: string, atMs: number): void {
  const db = new DatabaseSync(file);
  db.exec(`CREATE TABLE said (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, conversation TEXT NOT NULL, event TEXT NOT NULL,
    sender TEXT NOT NULL, body TEXT NOT NULL, message TEXT, at_ms INTEGER, kept_ms INTEGER NOT NULL,
    UNIQUE (conversation, event)
  ) STRICT`);
  const row = db.prepare("INSERT INTO said VALUES (NULL, ?, ?, 'Huy Đặng', ?, NULL, ?, ?)");
  row.run(conversation, body, body, atMs, atMs);
  db.close();
}
