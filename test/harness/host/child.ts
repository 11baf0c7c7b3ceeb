import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import type { ChannelAccountSnapshot } from "openclaw/plugin-sdk/channel-contract";
import { processesOf } from "../../gateway/rig/processes.ts";
import { waitFor } from "../../gateway/rig/wait.ts";
import type { HostSettings, News, Order } from "./messages.ts";

/** `Omit` over each member of a union. */
type Request = Order extends infer One ? (One extends Order ? Omit<One, "ask"> : never) : never;

export interface FakeHost {
  /** Starts the process, for this life with changed settings; settles when the accounts were started. */
  start(changes?: Partial<HostSettings>): Promise<void>;
  ask<T>(request: Request, timeoutMs?: number): Promise<T>;
  /** SIGKILL, and waits until it is gone. */
  kill(): Promise<void>;
  /** As the gateway stops: accounts, then the plugin's own end. Milliseconds it took. */
  stop(): Promise<number>;
  isRunning(): boolean;
  pid(): number | undefined;
  /** Settles when the process has ended, whoever ended it. */
  ended(): Promise<void>;
  /** Warnings and errors of all lives, oldest first. */
  readonly problems: readonly { readonly atMs: number; readonly message: string }[];
  readonly infos: readonly string[];
  status(accountId: string): ChannelAccountSnapshot | undefined;
  /** Everything `status` has ever said of an account. */
  readonly history: readonly { readonly atMs: number; readonly status: ChannelAccountSnapshot }[];
  readonly settings: HostSettings;
}

const program = fileURLToPath(new URL("main.ts", import.meta.url));
const compileCache = fileURLToPath(new URL("../../../node_modules/.cache/zalouser-harness", import.meta.url));
/** Where Node looks for compiled code of programs that ask for it, below the temporary folder. */
const compileCacheName = "node-compile-cache";

/** Handle on a fake host; several lives of it share the folder. */
export function createFakeHost(settings: HostSettings, zaloHome: string): FakeHost {
  const { root } = settings;
  const folders = { home: path.join(root, "home"), state: path.join(root, "state"), temp: path.join(root, "tmp") };
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true, mode: 0o700 });
  // The simulated zca would compile itself anew in each fresh temporary folder, which takes longer than all it does.
  mkdirSync(compileCache, { recursive: true });
  symlinkSync(compileCache, path.join(folders.temp, compileCacheName));
  const env = {
    PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env["PATH"] ?? ""}`,
    HOME: folders.home,
    TMPDIR: folders.temp,
    OPENCLAW_STATE_DIR: folders.state,
    OPENZCA_HOME: zaloHome,
    NODE_COMPILE_CACHE: compileCache,
    TZ: "Asia/Ho_Chi_Minh",
  };
  const problems: { atMs: number; message: string }[] = [];
  const infos: string[] = [];
  const history: { atMs: number; status: ChannelAccountSnapshot }[] = [];
  const statuses = new Map<string, ChannelAccountSnapshot>();
  const asked = new Map<number, (value: unknown) => void>();
  let asks = 0;
  let child: ChildProcess | undefined;
  let ended: Promise<void> = Promise.resolve();
  let printed = "";

  function hear(news: News): void {
    switch (news.news) {
      case "log":
        if (news.level === "info") infos.push(news.message);
        else problems.push({ atMs: news.atMs, message: news.message });
        return;
      case "status":
        statuses.set(news.status.accountId, news.status);
        history.push({ atMs: news.atMs, status: news.status });
        return;
      case "answer":
        asked.get(news.ask)?.(news.value);
        asked.delete(news.ask);
        return;
      case "ready":
        return;
    }
  }

  const host: FakeHost = {
    settings,
    problems,
    infos,
    history,
    status: (accountId) => statuses.get(accountId),
    isRunning: () => child !== undefined,
    pid: () => child?.pid,
    ended: () => ended,
    async start(changes = {}) {
      if (child !== undefined) throw new Error("The host runs already.");
      const file = path.join(root, "settings.json");
      writeFileSync(file, JSON.stringify({ ...settings, ...changes }));
      const started = spawn(process.execPath, ["--expose-gc", program, file], {
        env,
        cwd: root,
        stdio: ["ignore", "pipe", "pipe", "ipc"],
      });
      child = started;
      for (const stream of [started.stdout, started.stderr])
        stream?.setEncoding("utf8").on("data", (text: string) => (printed = (printed + text).slice(-20_000)));
      const ready = Promise.withResolvers<void>();
      started.on("message", (news: News) => {
        if (news.news === "ready") ready.resolve();
        hear(news);
      });
      ended = new Promise((resolve) => {
        started.once("exit", () => {
          child = undefined;
          for (const answer of asked.values()) answer(undefined);
          asked.clear();
          ready.reject(new Error(`The host ended before it was ready.\n${printed}`));
          resolve();
        });
      });
      await ready.promise;
    },
    async ask<T>(request: Request, timeoutMs = 120_000) {
      if (child === undefined) return undefined as T;
      const ask = (asks += 1);
      const answer = new Promise<unknown>((resolve) => asked.set(ask, resolve));
      // A host killed this moment has closed its channel before its end is known here.
      child.send({ ...request, ask }, (error) => {
        if (error === null) return;
        asked.get(ask)?.(undefined);
        asked.delete(ask);
      });
      const late = Promise.withResolvers<never>();
      const timer = setTimeout(() => late.reject(new Error(`The host did not answer "${request.do}".`)), timeoutMs);
      try {
        return (await Promise.race([answer, late.promise])) as T;
      } finally {
        clearTimeout(timer);
      }
    },
    async kill() {
      child?.kill("SIGKILL");
      await ended;
    },
    async stop() {
      const startedAt = performance.now();
      let answered: unknown = "no answer";
      void host.ask({ do: "stop" }).then(
        (answer) => (answered = answer),
        (error: unknown) => (answered = error),
      );
      const whatKeepsIt = async () => [
        inspect({ answered, ...(await host.ask<object>({ do: "left" }, 5000).catch((error: unknown) => ({ error }))) }),
        ...(await processesOf(root)).map(({ pid, command }) => `process ${pid}: ${command}`),
        ...problems.slice(-5).map(({ message }) => message),
        printed.slice(-2000),
      ];
      await waitFor("the host to stop", () => child === undefined, {
        timeoutMs: 60_000,
        explain: async () => (await whatKeepsIt()).join("\n"),
      });
      return Math.round(performance.now() - startedAt);
    },
  };
  return host;
}
