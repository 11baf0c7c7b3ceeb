import type { CataloguedFault } from "../../../sim/control/fault-catalog.ts";
import { waitFor } from "../../gateway/rig/wait.ts";
import type { Judgement } from "../evidence-types.ts";
import { judge } from "../oracle.ts";
import { createScene, type Scene } from "../scene.ts";
import { admitsUncovered, malformedCount, statusOf } from "../status.ts";
import { mergeFaults } from "./merge.ts";
import type { Batch } from "./plan.ts";
import { provoke, say } from "./provoke.ts";
import type { Subject } from "./subject.ts";
import { gatherTold } from "./told.ts";

export interface Trial {
  readonly fault: CataloguedFault;
  /** What the operator could read, most telling first. */
  readonly told: readonly string[];
  readonly judgement: Judgement;
  /** From the first trouble until everything was answered or reported. */
  readonly recoveredMs: number;
  readonly recoveredBy: "itself" | "login";
  /** The plugin never calls this command, so nothing can happen. */
  readonly unused: boolean;
  /** Whether the trouble met any call; else the row proves nothing. */
  readonly struck: boolean;
}

/** Long enough for what mends itself, short enough to try what does not until the trouble ends. */
const troubleMs = 15_000;

/** A host in good order, stopped; then the same host with each account in its own trouble; then the trouble's end. */
export async function tryBatch(batch: Batch, dist: string, seed: number): Promise<Trial[]> {
  const size = batch.faults.length;
  const scene = createScene({ dist, seed, size: { accounts: size, friends: size * 3, groups: size } });
  try {
    await scene.begin();
    await scene.logIn();
    await scene.listening(120_000);
    // Read back is only who has written before.
    for (const account of scene.cast.accounts) for (const friend of [0, 1, 2]) say(scene, account, friend, "before");
    await scene.quiet(90_000);
    await scene.host.stop();
    return await inTrouble(scene, batch);
  } finally {
    await scene.dispose();
  }
}

async function inTrouble(scene: Scene, { faults, patienceMs }: Batch): Promise<Trial[]> {
  const { host, world, cast } = scene;
  const merged = mergeFaults(world);
  const subjects = faults.map((fault, index): Subject => {
    const account = cast.accounts[index];
    if (account === undefined) throw new Error("There are fewer accounts than faults.");
    const staged = merged.of(index, () => fault.stage(merged.world, account.accountId));
    return { fault, account, staged, told: [], needsLogin: false, unused: false, doneAtMs: undefined, struck: false };
  });
  merged.strike();
  const startedAtMs = Date.now();
  for (const { fault, account } of subjects) {
    if (fault.row === "history") say(scene, account, 0, "gap");
  }
  await scene.begin({ zcaBinary: subjects.map(({ staged }) => staged.zcaPath).find((file) => file !== undefined) });
  await Promise.all(subjects.map((subject) => provoke(scene, subject)));
  await settle(scene, subjects, troubleMs);

  for (const [index, subject] of subjects.entries()) {
    subject.struck = merged.hasStruck(index);
    subject.staged.undo();
  }
  merged.end();
  await Promise.all(subjects.map((subject) => mend(scene, subject)));
  for (const { account } of subjects) say(scene, account, 2, "after");
  await settle(scene, subjects, patienceMs);
  for (const subject of subjects) await gatherTold(scene, subject);
  const judgements = await judgeEach(scene, subjects);
  await host.stop();
  return subjects.map(({ fault, told, needsLogin, unused, struck, doneAtMs }, index) => ({
    fault,
    told,
    judgement: judgements[index] ?? judge({ ...empty }),
    recoveredMs: (doneAtMs ?? Date.now()) - startedAtMs,
    recoveredBy: needsLogin ? "login" : "itself",
    unused,
    struck,
  }));
}

/** What an operator does once told: an account that says it is over gets its login. */
async function mend(scene: Scene, subject: Subject): Promise<void> {
  const { host, world } = scene;
  const { accountId, uid, name } = subject.account;
  const status = await statusOf(host, accountId);
  const { lifecycle, terminalDisconnect } = status?.snapshot ?? {};
  await gatherTold(scene, subject, status);
  if (terminalDisconnect !== true && lifecycle !== "blocked") return;
  subject.needsLogin = true;
  world.logIn(accountId, uid);
  await host.ask({ do: "login", accountId, uid, name });
}

/** Waits until everything said to each account is answered or reported and nobody works any more, or the time is up. */
async function settle(scene: Scene, subjects: readonly Subject[], timeoutMs: number): Promise<void> {
  for (const subject of subjects) subject.doneAtMs = undefined;
  const isSettled = async () => {
    scene.hearing.observe();
    for (const subject of subjects) {
      const { breaches } = judge(await evidenceOf(scene, subject));
      const isOpen = breaches.some(({ kind }) => kind === "lost" || kind === "unanswered");
      // What was owned up to as missing may yet be read back, and is then open again.
      if (isOpen) subject.doneAtMs = undefined;
      else subject.doneAtMs ??= Date.now();
    }
    const work = await scene.host.ask<{ turns: number; deliveries: number } | undefined>({ do: "work" });
    return subjects.every(({ doneAtMs }) => doneAtMs !== undefined) && work?.turns === 0 && work.deliveries === 0;
  };
  await waitFor("everything to settle", isSettled, { timeoutMs }).catch(() => undefined);
}

async function judgeEach(scene: Scene, subjects: readonly Subject[]): Promise<Judgement[]> {
  const judgements: Judgement[] = [];
  for (const subject of subjects) {
    const { breaches, counts } = judge(await evidenceOf(scene, subject));
    // Where Zalo itself delivers in the wrong order, that order is kept.
    const isSwapped = subject.fault.variant === "out of order";
    judgements.push({ counts, breaches: isSwapped ? breaches.filter(({ kind }) => kind !== "order") : breaches });
  }
  return judgements;
}

const empty = {
  said: [],
  turns: [],
  delivered: [],
  calls: [],
  reported: new Set<string>(),
  uncovered: new Set<string>(),
  leastGapMs: 0,
  leftovers: [],
};

/** What concerns one account; a record nobody can read is reported by being counted in status. */
async function evidenceOf(scene: Scene, { fault, account }: Subject) {
  const { accountId } = account;
  const isOwn = (entry: { readonly accountId: string }) => entry.accountId === accountId;
  const all = await scene.evidence({ leftovers: [] });
  const own = {
    ...all,
    said: all.said.filter(isOwn),
    turns: all.turns.filter(isOwn),
    // What the operator sent on purpose answers nothing.
    delivered: all.delivered.filter((message) => isOwn(message) && message.text.includes("[pong ")),
    calls: all.calls.filter(isOwn),
  };
  const open = judge(own).breaches.some(({ kind }) => kind === "lost");
  if (!open) return own;
  const status = await statusOf(scene.host, accountId);
  const reported = new Set(own.reported);
  if (fault.destroys === true && malformedCount(status) > 0) {
    const known = new Set(own.turns.flatMap(({ text }) => text));
    const missing = own.said.filter(({ token }) => ![...known].some((text) => text.includes(token)));
    // One unreadable line may have held two messages.
    for (const { token } of missing.slice(0, malformedCount(status) * 2)) reported.add(token);
  }
  return { ...own, reported, uncovered: new Set(admitsUncovered(status) ? [accountId] : []) };
}
