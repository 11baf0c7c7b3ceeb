// A host in a process of its own, to be killed at any moment: node test/harness/host/main.ts <settings.json>
import { readFileSync } from "node:fs";
import { flushCompileCache } from "node:module";
import path from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import type { OpenClawConfig } from "openclaw/plugin-sdk/config-contracts";
import { loadPlugin, type LoadedPlugin } from "../plugin.ts";
import { answerTo } from "../tokens.ts";
import { openAccounts } from "./accounts.ts";
import { installCrashHooks } from "./crash-hooks.ts";
import { createCommands } from "./commands.ts";
import { openDeliveries } from "./deliveries.ts";
import type { HostSettings, Load, News, Order } from "./messages.ts";
import { createRuntime } from "./runtime.ts";
import { scripted } from "./scripted-agent.ts";
import { printedAt } from "./printed-at.ts";
import { openTurns } from "./turns.ts";

const settings = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as HostSettings;
const hooks = installCrashHooks(settings.crash);
const tell = (news: News) => void process.send?.(news);
const log = (level: string, message: string) => tell({ news: "log", level, message, atMs: Date.now() });
const cfg = () => settings.config as OpenClawConfig;
const file = (name: string) => path.join(settings.root, name);

let plugin: LoadedPlugin | undefined;
const loaded = () => {
  if (plugin === undefined) throw new Error("The plugin is not loaded yet.");
  return plugin;
};
const deliveries = openDeliveries({
  file: file("deliveries.jsonl"),
  cfg,
  plugin: loaded,
  backoffMs: settings.backoffMs,
  log: (message) => log("error", message),
});
const turns = openTurns({
  file: file("turns.jsonl"),
  deliveries,
  think: async () => {
    hooks.enter("sending");
    await delay(Math.random() * settings.thinkMs);
  },
  answerTo: settings.agent === undefined ? answerTo : scripted(settings.agent),
});
const loopDelay = monitorEventLoopDelay({ resolution: 5 });
loopDelay.enable();
let cpu = process.cpuUsage();
let delaysMs: number[] = [];
plugin = await loadPlugin(
  settings.dist,
  createRuntime(cfg, () => ({ ...turns, run: timed })),
);
/** Takes the time of a line of the bench, and takes it over without the work of a host, which is not what is measured. */
async function timed(...[request, onAdopted]: Parameters<typeof turns.run>): Promise<void> {
  const printed = printedAt(request.text);
  if (printed === undefined) return turns.run(request, onAdopted);
  delaysMs.push(Number(process.hrtime.bigint() - printed) / 1e6);
  await onAdopted();
}
const accounts = openAccounts({
  plugin: loaded,
  cfg,
  onStatus: (status) => tell({ news: "status", status, atMs: Date.now() }),
  onLog: log,
});

const commands = createCommands({ plugin: loaded, cfg, accounts });

for (const accountId of settings.accounts) accounts.start(accountId);
void turns.recover();
const draining = setInterval(() => void deliveries.drain(), 250);
process.on("message", (order: Order) => {
  void obey(order).then(
    (value) => tell({ news: "answer", ask: order.ask, value }),
    (error: unknown) => tell({ news: "answer", ask: order.ask, value: { error: String(error) } }),
  );
});
// Whoever started this host is gone: so is the reason to run.
process.on("disconnect", () => process.exit(0));
// At its exit Node would write what it compiled, thousands of files; where many hosts share a busy disk that takes a minute.
flushCompileCache();
tell({ news: "ready" });

async function obey(order: Order): Promise<unknown> {
  switch (order.do) {
    case "start":
      return accounts.start(order.accountId);
    case "login": {
      const account = loaded().channel.config.resolveAccount(cfg(), order.accountId);
      const { uid = "", name } = order;
      loaded().recordLogin(account, { uid, ...(name === undefined ? {} : { displayName: name }) });
      return accounts.start(order.accountId);
    }
    case "issues":
    case "probe":
    case "web-login":
    case "send":
    case "directory":
      return commands.run(order);
    case "arm":
      return hooks.arm();
    case "load": {
      const { user, system } = process.cpuUsage(cpu);
      const load: Load = { loopDelayMs: loopDelay.percentile(99) / 1e6, cpuMs: (user + system) / 1000, delaysMs };
      loopDelay.reset();
      cpu = process.cpuUsage();
      delaysMs = [];
      return load;
    }
    case "memory":
      globalThis.gc?.();
      return process.memoryUsage();
    case "left":
      return { accounts: accounts.running(), resources: process.getActiveResourcesInfo() };
    case "work":
      return { turns: turns.running(), deliveries: deliveries.open(), counts: hooks.counts() };
    case "drain":
      return deliveries.drain();
    case "stop":
      clearInterval(draining);
      await accounts.stop();
      await loaded().gatewayStop();
      // Everything has ended by now but Node itself; see above.
      return void setImmediate(() => process.kill(process.pid, "SIGKILL"));
  }
}
