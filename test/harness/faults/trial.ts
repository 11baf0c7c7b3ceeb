import type { CataloguedFault } from "../../../sim/control/fault-catalog.ts";
import type { BreakName } from "../breaks.ts";
import type { Judgement } from "../evidence-types.ts";
import type { Gate } from "../gate.ts";
import { waitFor } from "../../gateway/rig/wait.ts";
import { createScene, type Prepared, type Scene } from "../scene.ts";
import { statusOf } from "../status.ts";
import { judgeEach, settle } from "./look.ts";
import { mergeFaults } from "./merge.ts";
import type { Batch } from "./plan.ts";
import { provoke, say } from "./provoke.ts";
import type { Subject } from "./subject.ts";
import { gatherTold, wordsOf } from "./told.ts";
import { trailOf } from "./trail.ts";

export interface Trial {
  readonly fault: CataloguedFault;
  /** What the operator could read, most telling first. */
  readonly told: readonly string[];
  readonly judgement: Judgement;
  /** From the first message that met the trouble until everything said in it was answered or reported. */
  readonly recoveredMs: number;
  readonly recoveredBy: "itself" | "login";
  /** The plugin never calls this command, so nothing can happen. */
  readonly unused: boolean;
  /** Whether the trouble met any call; else the row proves nothing. */
  readonly struck: boolean;
  /** For whoever looks for the reason of a breach: everything said, told and called, one line each. */
  readonly trail: readonly string[];
}

export interface TrialOptions {
  readonly dist: string;
  readonly seed: number;
  /** As many accounts in good order as the batch has faults. */
  readonly from: Prepared;
  /** Held while there is work to do, and not while waiting for long. */
  readonly gate: Gate;
  readonly broken?: BreakName | undefined;
}

/** Whatever takes longer to settle waits for something, and leaves the machine to others. */
const busyMs = 20_000;

/** Long enough for what mends itself, short enough to try what does not until the trouble ends. */
const troubleMs = 15_000;

/** The host that was in good order starts with each account in its own trouble; then comes the trouble's end. */
export async function tryBatch(batch: Batch, options: TrialOptions): Promise<Trial[]> {
  const { gate, ...rest } = options;
  await gate.enter();
  const scene = createScene(rest);
  try {
    return await inTrouble(scene, batch, gate);
  } finally {
    gate.leave();
    await scene.dispose();
  }
}

async function inTrouble(scene: Scene, { faults, patienceMs }: Batch, gate: Gate): Promise<Trial[]> {
  const { host, world, cast } = scene;
  const merged = mergeFaults(world);
  const subjects = faults.map((fault, index): Subject => {
    const account = cast.accounts[index];
    if (account === undefined) throw new Error("There are fewer accounts than faults.");
    const staged = merged.of(index, () => fault.stage(merged.world, account.accountId));
    return {
      fault,
      account,
      staged,
      told: new Map(),
      needsLogin: false,
      unused: false,
      endedByUs: false,
      doneAtMs: undefined,
      struck: false,
    };
  });
  merged.strike();
  const startedAtMs = Date.now();
  for (const { fault, account } of subjects) {
    if (fault.row === "history") say(scene, account, 0, "gap");
  }
  await scene.begin({ zcaBinary: subjects.map(({ staged }) => staged.zcaPath).find((file) => file !== undefined) });
  await Promise.all(subjects.map((subject) => provoke(scene, subject)));
  await settle(scene, subjects, troubleMs);
  const inTime = subjects.map(({ doneAtMs }) => doneAtMs);

  for (const [index, subject] of subjects.entries()) {
    subject.struck = merged.hasStruck(index);
    subject.staged.undo();
  }
  merged.end();
  await Promise.all(subjects.map((subject) => mend(scene, subject)));
  // That it goes on is looked at, too, and is no part of the recovery.
  await Promise.all(subjects.map((subject) => sayAfterwards(scene, subject)));
  const isCalm = await settle(scene, subjects, busyMs);
  if (!isCalm) await gate.outside(() => settle(scene, subjects, patienceMs - busyMs));
  for (const subject of subjects) await gatherTold(scene, subject);
  const judgements = await judgeEach(scene, subjects);
  const trails = subjects.map((subject) => trailOf(scene, subject, startedAtMs));
  await host.stop();
  return subjects.flatMap((subject, index) => {
    const { fault, needsLogin, unused, struck, doneAtMs } = subject;
    const judgement = judgements[index];
    if (judgement === undefined) return [];
    const recoveredMs = (inTime[index] ?? doneAtMs ?? Date.now()) - firstSaidMs(scene, subject, startedAtMs);
    const recoveredBy = needsLogin ? "login" : "itself";
    return [
      {
        fault,
        told: wordsOf(subject, judgement.counts.uncovered > 0),
        judgement,
        recoveredMs,
        recoveredBy,
        unused,
        struck,
        trail: trails[index] ?? [],
      },
    ];
  });
}

/**
 * Said to a listener where there is one again soon: in the moment between reading back and the connection of a renewal,
 * which the short pauses of this run make frequent, it would wait for the next renewal.
 */
async function sayAfterwards(scene: Scene, { account }: Subject): Promise<void> {
  const isListening = () => scene.world.isListening(account.accountId);
  await waitFor("a listener", isListening, { timeoutMs: busyMs, intervalMs: 250 }).catch(() => undefined);
  say(scene, account, 1, "after");
}

/** What an operator does once told: an account that says it is over gets its login. */
async function mend(scene: Scene, subject: Subject): Promise<void> {
  const { host, world } = scene;
  const { accountId, uid, name } = subject.account;
  const status = await statusOf(host, accountId);
  const { lifecycle, terminalDisconnect } = status?.snapshot ?? {};
  await gatherTold(scene, subject, status);
  const isAskedFor =
    status?.issues.some(({ message }) => /\[ZCA_(?:LOGIN_REFUSED|LOGGED_OUT)\]$/u.test(message)) === true;
  if (terminalDisconnect !== true && lifecycle !== "blocked" && !isAskedFor) return;
  subject.needsLogin = true;
  world.logIn(accountId, uid);
  await host.ask({ do: "login", accountId, uid, name });
}

/** When the first message came that the trouble may have concerned. */
function firstSaidMs({ said }: Scene, { account }: Subject, startedAtMs: number): number {
  const own = said.filter(({ accountId, atMs }) => accountId === account.accountId && atMs >= startedAtMs);
  return own[0]?.atMs ?? startedAtMs;
}
