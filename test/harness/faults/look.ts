import { waitFor } from "../../gateway/rig/wait.ts";
import type { Evidence, Judgement } from "../evidence-types.ts";
import { judge } from "../oracle.ts";
import type { Scene } from "../scene.ts";
import { admitsUncovered, malformedCount, statusOf } from "../status.ts";
import type { Subject } from "./subject.ts";

/** Waits until everything said to each account is answered or reported and nobody works any more; false: not in time. */
export async function settle(scene: Scene, subjects: readonly Subject[], timeoutMs: number): Promise<boolean> {
  for (const subject of subjects) subject.doneAtMs = undefined;
  const isSettled = async () => {
    scene.hearing.observe();
    const all = await scene.evidence({ leftovers: [], calls: [] });
    for (const subject of subjects) {
      // What is owned up to as missing may yet be read back.
      const { breaches } = judge({ ...(await evidenceOf(scene, subject, all)), uncovered: new Set() });
      const isOpen = breaches.some(({ kind }) => kind === "lost" || kind === "unanswered");
      if (isOpen) subject.doneAtMs = undefined;
      else subject.doneAtMs ??= Date.now();
    }
    const work = await scene.host.ask<{ turns: number; deliveries: number } | undefined>({ do: "work" });
    return subjects.every(({ doneAtMs }) => doneAtMs !== undefined) && work?.turns === 0 && work.deliveries === 0;
  };
  try {
    return await waitFor("everything to settle", isSettled, { timeoutMs, intervalMs: 250 });
  } catch {
    return false;
  }
}

export async function judgeEach(scene: Scene, subjects: readonly Subject[]): Promise<Judgement[]> {
  const all = await scene.evidence({ leftovers: [] });
  const judgements: Judgement[] = [];
  for (const subject of subjects) {
    const { breaches, counts } = judge(await evidenceOf(scene, subject, all));
    // Where Zalo itself delivers in the wrong order, that order is kept.
    const isSwapped = subject.fault.variant === "out of order";
    judgements.push({ counts, breaches: isSwapped ? breaches.filter(({ kind }) => kind !== "order") : breaches });
  }
  return judgements;
}

/** What concerns one account; a record nobody can read is reported by being counted in status. */
async function evidenceOf(scene: Scene, { fault, account }: Subject, all: Evidence): Promise<Evidence> {
  const { accountId } = account;
  const isOwn = (entry: { readonly accountId: string }) => entry.accountId === accountId;
  // A listener that hangs has its connection open and passes nothing on; from outside it looks well.
  const isDeaf = fault.row === "hang" && fault.command === "listen";
  const own = {
    ...all,
    said: all.said.filter(isOwn).map((one) => (isDeaf ? { ...one, heard: false } : one)),
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
