import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { inject, vi } from "vitest";
import { createWorld, zcaPath, type World } from "../../sim/control.ts";
import { resolveAccount } from "../../src/channel/account/accounts.ts";
import { recordLogin } from "../../src/channel/login/after-login.ts";
import { plugin } from "../../src/channel/plugin.ts";
import { startAccount, type RunParts } from "../../src/channel/operate/start-account.ts";
import { setRuntime } from "../../src/channel/runtime.ts";
import { setupPlugin } from "../../src/channel/setup-plugin.ts";
import { hostRun, type HostConfig } from "./host.ts";

type Context = Parameters<typeof startAccount>[0];
type Status = ReturnType<Context["getStatus"]>;

/** One agent turn as the host got it. */
export interface Turn {
  readonly text: string;
  readonly from: string;
  readonly sessionKey: string;
  /** Attachments as the host is told of them. */
  readonly media: readonly { readonly path?: string; readonly kind?: string; readonly contentType?: string }[];
  readonly extra: Readonly<Record<string, unknown>>;
  /** What was said before it and is handed along. */
  readonly history: readonly string[];
  /** What a group is called. */
  readonly subject: string | undefined;
}

/** The host's words where the agent had none. */
export interface Failure {
  readonly error: string;
}

export interface AccountHost {
  readonly world: World;
  readonly uid: string;
  readonly turns: Turn[];
  /** What went to the host's log file with fields of its own. */
  readonly records: object[];
  readonly status: () => Status;
  /** Everything the plugin published, oldest first. */
  readonly statuses: Status[];
  /** Other clocks, limits or listeners than the plugin's own. */
  parts: Partial<RunParts>;
  /** Warnings and errors the plugin logged. */
  readonly problems: string[];
  /** Everything the plugin logged, at every level. */
  readonly logs: string[];
  /** What happens before the host owns a turn: it may wait, or throw as a host in trouble does. */
  beforeAdoption: (turn: Turn) => Promise<void>;
  /** The host's guarded download, by address; default: nothing is there. */
  download: (url: string) => Promise<{ readonly path: string; readonly contentType?: string }>;
  /** Called when the agent begins to write, as often as the host would. */
  typing: (show: () => Promise<void>) => Promise<void>;
  /** What the agent answers, or nothing. Held turns pass through here, too. */
  answer: (turn: Turn) => Promise<string | Failure | undefined>;
  settings: object;
  config(): HostConfig;
  /** What a login by `channels login` leaves behind, without its minute at the phone. */
  logIn(): void;
  /** Starts the account as the host does: only when it is linked. Settles when it has ended. */
  run(signal: AbortSignal): Promise<"ended" | "not-linked">;
  /** Runs the account, waits until it listens, does `work`, stops it. */
  during<T>(work: () => Promise<T>): Promise<T>;
  dispose(): void;
}

/** OpenClaw opens one state database per process; our own files in it are fresh for every host. */
const stateFolder = mkdtempSync(path.join(inject("stateFolders"), "journey-"));

/** Message ids differ between the worlds of one process, whose memory of handled messages is one. */
let worlds = 0;

/** The whole plugin for one account: real zca processes of the simulator, OpenClaw's own decisions, an agent made of a function. */
export function createAccountHost(uid = "3300912847765512008"): AccountHost {
  const root = mkdtempSync(path.join(tmpdir(), "zalouser-journey-"));
  const home = path.join(root, "zca");
  mkdirSync(home);
  vi.stubEnv("OPENCLAW_STATE_DIR", stateFolder);
  vi.stubEnv("OPENZCA_HOME", home);
  vi.stubEnv("HOME", root);
  worlds += 1;
  const world = createWorld(home, { seed: worlds });
  world.addAccount({ uid, displayName: "Trợ lý" });
  let status: Status = { accountId: "default" };
  const turns: Turn[] = [];
  const problems: string[] = [];
  const logs: string[] = [];
  const log = (message: string) => void logs.push(message);
  const note = (message: string) => {
    logs.push(message);
    problems.push(message);
  };

  const host: AccountHost = {
    world,
    uid,
    turns,
    records: [],
    problems,
    logs,
    status: () => status,
    statuses: [],
    parts: {},
    beforeAdoption: async () => {},
    download: async () => {
      throw new TypeError("fetch failed");
    },
    typing: (show) => show(),
    answer: async () => undefined,
    settings: {},
    config: () => config(),
    logIn() {
      world.logIn("default", uid);
      recordLogin(account(), { uid, displayName: "Trợ lý" });
    },
    async run(abortSignal) {
      if ((await setupPlugin.config.isLinked?.(account(), config())) === "not-linked") return "not-linked";
      status = { accountId: "default" };
      const context: Context = {
        cfg: config(),
        accountId: "default",
        account: account(),
        abortSignal,
        runtime: { log() {}, error() {}, exit() {} },
        log: { info: log, debug: log, warn: note, error: note },
        getStatus: () => status,
        setStatus: (next) => {
          status = next;
          host.statuses.push(next);
        },
      };
      await startAccount(context, host.parts);
      return "ended";
    },
    async during(work) {
      const stop = new AbortController();
      const running = host.run(stop.signal);
      try {
        await world.waitForListening("default", 90_000);
        return await work();
      } finally {
        stop.abort();
        await running;
      }
    },
    dispose() {
      vi.unstubAllEnvs();
      rmSync(root, { recursive: true, force: true });
      rmSync(path.join(stateFolder, "zalouser"), { recursive: true, force: true });
    },
  };

  const config = () => ({ channels: { zalouser: { zcaBinary: zcaPath, ...host.settings } } }) as HostConfig;
  const account = () => resolveAccount(config(), "default");
  setRuntime(hostRuntime(config, host));
  return host;
}

type Runtime = Parameters<typeof setRuntime>[0];

type Payload = { readonly text: string; readonly isError?: boolean; readonly replyToId?: string };
interface DispatchedTurn {
  readonly ctxPayload: Omit<Turn, "sessionKey"> & { readonly messageId: string };
  readonly route: { readonly sessionKey: string };
  readonly delivery: {
    preparePayload(payload: Payload, info: { readonly kind: "final" }): Payload;
    deliver(payload: Payload, info: { readonly kind: "final" }): Promise<unknown>;
  };
  readonly replyPipeline?: { readonly typing: { start(): Promise<void> } };
  readonly replyOptions: {
    readonly turnAdoptionLifecycle: { onAdopted(): Promise<void>; readonly abortSignal: AbortSignal };
  };
}

interface BuiltContext extends Pick<Turn, "from">, Partial<Pick<Turn, "media">> {
  readonly message: { readonly rawBody: string; readonly inboundHistory?: readonly { readonly body: string }[] };
  readonly messageId: string;
  readonly extra: Turn["extra"] & { readonly GroupSubject?: string };
}

function hostRuntime(config: () => HostConfig, host: AccountHost): Runtime {
  const { core } = hostRun(config());
  const pairingCodes = new Set<string>();
  const dispatch = async ({ ctxPayload, route, delivery, replyOptions, replyPipeline }: DispatchedTurn) => {
    const { messageId, ...asked } = ctxPayload;
    const turn = { ...asked, sessionKey: route.sessionKey };
    const { turnAdoptionLifecycle: adoption } = replyOptions;
    await host.beforeAdoption(turn);
    // As the host does: a turn nobody owns yet ends with its account's run.
    if (adoption.abortSignal.aborted) return;
    // A command is answered by the host itself and owned by no session.
    if (!turn.text.startsWith("/")) {
      await adoption.onAdopted();
      host.turns.push(turn);
    }
    const typing = replyPipeline?.typing;
    if (typing) await host.typing(() => typing.start());
    const answer = await host.answer(turn);
    if (answer === undefined) return;
    // The host puts the id of what is answered on the payload, as the channel's mode says.
    const chatType = asked.from.includes(":group:") ? "group" : "direct";
    const mode = plugin.threading?.resolveReplyToMode?.({ cfg: config(), accountId: "default", chatType });
    const said = typeof answer === "string" ? { text: answer } : { text: answer.error, isError: true };
    const payload = { ...said, ...(mode === "off" ? {} : { replyToId: messageId }) };
    await delivery.deliver(delivery.preparePayload(payload, { kind: "final" }), { kind: "final" });
  };
  const channel = {
    ...core.channel,
    inbound: {
      ...core.channel.inbound,
      buildContext: ({ message, from, messageId, media = [], extra }: BuiltContext): DispatchedTurn["ctxPayload"] => ({
        text: message.rawBody,
        from,
        messageId,
        media,
        extra,
        history: (message.inboundHistory ?? []).map(({ body }) => body),
        subject: extra.GroupSubject,
      }),
      dispatch,
    },
    // Hands out one code per person, as the host's store does.
    pairing: {
      upsertPairingRequest: async ({ id }: { id: string }) => {
        const created = !pairingCodes.has(id);
        pairingCodes.add(id);
        return { code: "7VC9VDK3", created };
      },
    },
    media: { saveRemoteMedia: ({ url }: { url: string }) => host.download(url) },
    text: { resolveMarkdownTableMode: () => "code", resolveTextChunkLimit: () => 2000 },
  };
  // Only what the plugin asks of its host on this path; anything else fails loudly.
  const logging = {
    getChildLogger: ({ event }: { readonly event: string }) => ({
      info: (_message: string, fields: object) => void host.records.push({ event, ...fields }),
    }),
  };
  return { config: { current: config }, channel, logging } as unknown as Runtime;
}
