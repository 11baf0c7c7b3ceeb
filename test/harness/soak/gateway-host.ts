import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { zcaPath } from "../../../sim/control.ts";
import { createStage } from "../../gateway/rig/stage.ts";
import { accountStatuses } from "../../gateway/rig/status.ts";
import type { BreakName } from "../breaks.ts";
import { channelConfig, createCast, leastGapMs, type CastAccount } from "../cast.ts";
import { deliveredIn, sendsIn } from "../evidence.ts";
import { leftoversOf } from "../leftovers.ts";
import { admitsUncovered } from "../status.ts";
import { answerTo, partsIn, tokensIn } from "../tokens.ts";
import { about, answersIn, askedOf, turnsOf, unanswered, wholeAnswers } from "./asked.ts";
import { heapAfterCollection } from "./heap.ts";
import { soakSize, type SoakHost } from "./host.ts";
import { queueEntries, waitingInJournals } from "./stores.ts";
import { toldOpen } from "./told-open.ts";

const runFile = promisify(execFile);
const recordLogin = fileURLToPath(new URL("../host/record-login.ts", import.meta.url));
const repository = fileURLToPath(new URL("../../../", import.meta.url));
/** Three unclean boots within five minutes, and the real host starts no channel. */
const killSpacingMs = 160_000;
/** Beside other harnesses a machine of two cores is slow. */
const bootMs = 400_000;
/** A conversation waits three minutes for an answer whose end is open, and its messages come in bursts. */
const journalWaitMs = 4 * 60_000;

export interface GatewaySoakOptions {
  readonly broken?: BreakName | undefined;
  readonly size?: typeof soakSize;
  /** Leaves the folders behind, and what the model was asked, for whoever looks for the reason of a breach. */
  readonly keep?: boolean;
}

/** The soak on a real gateway with a model that repeats the tokens it is told. */
export async function createGatewaySoakHost(
  dist: string,
  { broken, size = soakSize, keep = false }: GatewaySoakOptions = {},
): Promise<SoakHost> {
  const source = packageWith(dist);
  const stage = await createStage({ source, keep }).finally(() => rmSync(source, { recursive: true, force: true }));
  const { host, zalo, model } = stage;
  const { gateway, folders } = host;
  const cast = createCast(zalo, size);
  const lives: number[] = [];
  const kills: number[] = [];
  model.on(
    () => true,
    (request) => answerTo(unanswered(request)) ?? "NO_REPLY",
  );
  const { code, stdout, stderr } = await stage.install("name", { timeoutMs: bootMs });
  if (code !== 0) {
    await stage.dispose();
    throw new Error(`The plugin could not be installed.\n${stdout}\n${stderr}`);
  }
  await host.config.patch((config) => {
    config["channels"] = { zalouser: channelConfig(cast, zcaPath, leastGapMs(broken)) };
    config["messages"] = { inbound: { debounceMs: 300 } };
  });

  const statuses = async () => [...(await accountStatuses(host)).values()];
  return {
    world: zalo,
    cast,
    lives,
    killSpacingMs,
    askSpacingMs: 5000,
    // What still waits then stands in its own queue and in ours.
    calmMs: 60_000,
    async begin() {
      await gateway.start({ timeoutMs: bootMs, inspect: true });
      const pid = gateway.pid();
      if (pid !== undefined) lives.push(pid);
    },
    async kill() {
      kills.push(Date.now());
      await gateway.kill();
    },
    // While a turn runs the host waits for it, for minutes; what is missing then is missing.
    stop: async () => void (await gateway.stop().catch(() => gateway.kill())),
    isRunning: () => gateway.pid() !== undefined,
    pid: () => gateway.pid(),
    async logIn({ accountId, uid, name }: CastAccount) {
      const args = [recordLogin, dist, folders.configFile, accountId, uid, name];
      await runFile(process.execPath, args, { env: host.env, cwd: folders.workspace });
      // Answers that there is nothing to start when the account runs.
      await gateway.call("channels.start", { channel: "zalouser", accountId }).catch(() => undefined);
    },
    turns: (said) => turnsOf(model.requests, said, kills),
    // Given up, or still waiting for the host's next try, which may be ten minutes away; its queue shows both. What waits in
    // our journal for such an answer before it, a few minutes at most. And what the log says nobody knows the end of.
    reported: async (said) => {
      const out = wholeAnswers(deliveredIn(zalo).flatMap(({ text }) => partsIn(text)));
      return new Set([
        ...(["failed", "pending"] as const).flatMap((state) => queueEntries(folders.state, state).flatMap(answersIn)),
        ...waitingInJournals(folders.state, Date.now() - journalWaitMs).flatMap(tokensIn),
        ...toldOpen(await host.log(), {
          asked: askedOf(model.requests, said),
          sent: sendsIn(zalo).flatMap(({ argv, startedAt }) => about(answersIn(argv.join("\n")), said, startedAt)),
          isOut: (token) => out.has(token),
        }),
      ]);
    },
    async uncovered() {
      const all = await statuses();
      return new Set(all.filter((status) => admitsUncovered({ snapshot: status, issues: [] })).map(idOf));
    },
    async blocked() {
      const blocked = new Set(
        (await statuses())
          .filter(({ terminalDisconnect, connected }) => terminalDisconnect === true || connected !== true)
          .map(idOf),
      );
      return cast.accounts.filter(({ accountId }) => blocked.has(accountId));
    },
    open: async () => queueEntries(folders.state, "pending").length,
    async memory() {
      const url = gateway.inspectorUrl();
      return url === undefined ? undefined : heapAfterCollection(url);
    },
    memorySpacingMs: 10_000,
    memoryLimitMbPerMinute: 25,
    leftovers: () => leftoversOf({ root: folders.root, zaloHome: zalo.home, state: folders.state, temp: folders.temp }),
    problems: async () =>
      (await host.log())
        .split("\n")
        .filter((line) => /zalouser/u.test(line) && /warn|error/iu.test(line))
        .slice(-15)
        .map((line) => line.slice(0, 400)),
    async dispose() {
      if (keep) {
        const asked = model.requests.map((request) => ({ atMs: request.atMs, text: unanswered(request) }));
        writeFileSync(path.join(folders.root, "asked.json"), JSON.stringify({ lives, kills, asked }, undefined, 1));
        console.log(`kept: ${folders.root}`);
      }
      await stage.dispose();
    },
  };
}

const idOf = ({ accountId }: { readonly accountId: string }) => accountId;

/** A package of this repository with another build in it. */
function packageWith(dist: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), "zalouser-package-"));
  for (const name of ["package.json", "openclaw.plugin.json", "README.md", "CHANGELOG.md", "LICENSE"]) {
    cpSync(path.join(repository, name), path.join(folder, name));
  }
  cpSync(dist, path.join(folder, "dist"), { recursive: true });
  return folder;
}
