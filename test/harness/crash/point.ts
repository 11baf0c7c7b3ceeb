// One crash: a host in the middle of a story, killed at a chosen event, started again, and what came of it.
import type { BreakName } from "../breaks.ts";
import type { CrashPoint } from "../host/messages.ts";
import type { Breach } from "../evidence-types.ts";
import { sayAsStranger, sayDirectly, sayInOneBreath, sayInRoom } from "../say.ts";
import { openGate, type Gate } from "../gate.ts";
import { BreachSeen } from "../patience.ts";
import { createScene, type Scene } from "../scene.ts";
import { admitsUncovered, statusOf } from "../status.ts";

export const stories = ["direct", "burst", "group", "long"] as const;
export type Story = (typeof stories)[number];

export interface Point extends CrashPoint {
  readonly story: Story;
  readonly seed: number;
}

export interface Outcome {
  readonly point: Point;
  /** Whether the chosen event was reached. */
  readonly died: boolean;
  readonly breaches: readonly Breach[];
  /** Messages nobody could read back, which status says. */
  readonly uncovered: number;
  /** Answers whose fate stayed unknown, which the operator was told. */
  readonly reported: number;
  /** From the crash until everything said before and during it was answered, in milliseconds. */
  readonly recoveredMs: number;
  /** The last warnings and errors of the host. */
  readonly problems: readonly string[];
}

/** A message comes back as soon as somebody listens; a send cut off by a crash is looked at after a minute, and again. */
const recoveryMs = { inbound: 60_000, sending: 170_000 };
/** Whatever takes longer waits for something, and leaves the machine to others. */
const busyMs = 20_000;

/** How many events each phase of a story has, when nothing happens to it. */
export async function countEvents(
  story: Story,
  dist: string,
  seed: number,
): Promise<Readonly<Record<CrashPoint["phase"], number>>> {
  const scene = createScene({ dist, seed });
  try {
    await open(scene);
    tell(scene, story);
    await scene.quiet(60_000);
    const { counts } = await scene.host.ask<{ counts: Record<CrashPoint["phase"], number> }>({ do: "work" });
    return counts;
  } finally {
    await scene.dispose();
  }
}

export interface CrashOptions {
  readonly dist: string;
  /** Keeps the folder. */
  readonly keep?: boolean;
  /** The promise that is switched off: the first breach is enough then. */
  readonly broken?: BreakName | undefined;
  /** Held while there is work to do, and not while waiting for long. */
  readonly gate?: Gate;
}

export async function crashAt(point: Point, options: CrashOptions): Promise<Outcome> {
  const { dist, keep = false, broken, gate = openGate(1) } = options;
  const scene = createScene({ dist, seed: point.seed, broken });
  await gate.enter();
  try {
    await open(scene, point);
    tell(scene, point.story);
    const died = await Promise.race([scene.host.ended().then(() => true), scene.quiet(30_000).then(() => false)]);
    if (!died) await scene.host.kill();
    const killedAt = performance.now();
    // Nobody listens, or a listener whose gateway is gone: only reading back can bring this one.
    const { first, second } = circle(scene);
    sayDirectly(scene, second, { name: "gap", heard: false });
    await scene.begin();
    await scene.listening();
    const isWhole =
      (await scene.quiet(busyMs)) || (await gate.outside(() => scene.quiet(recoveryMs[point.phase] - busyMs)));
    const recoveredMs = Math.round(performance.now() - killedAt);
    await scene.listening();
    deliverAgain(scene);
    // One more message: the conversation goes on, and what is doubled late has had its time to show.
    scene.hearing.during(first.account.accountId, () => sayDirectly(scene, first, { name: "after" }));
    await scene.quiet(isWhole ? 60_000 : 15_000);
    scene.hearing.observe();
    const { accountId } = first.account;
    const owned = admitsUncovered(await statusOf(scene.host, accountId)) ? [accountId] : [];
    await scene.host.stop();
    const judged = await scene.judge({ uncovered: new Set(owned) });
    // What was in flight when the host died can only be read back; where that failed, status has to say so.
    const { excused = [], breaches = [] } = Object.groupBy(judged.breaches, ({ kind }) =>
      kind === "lost" && owned.length > 0 ? "excused" : "breaches",
    );
    const uncovered = judged.counts.uncovered + excused.length;
    const problems = scene.host.problems.slice(-8).map(({ message }) => message);
    return { point, died, breaches, uncovered, reported: judged.counts.reported, recoveredMs, problems };
  } catch (error) {
    if (!(error instanceof BreachSeen)) throw error;
    const { breaches, counts } = error.judgement;
    return { point, died: true, breaches, ...counts, recoveredMs: 0, problems: [] };
  } finally {
    gate.leave();
    if (keep) console.log(`kept: ${scene.root}`);
    else await scene.dispose();
  }
}

async function open(scene: Scene, crash?: CrashPoint): Promise<void> {
  scene.world.control({ delayMs: { login: 0, send: 150 } });
  await scene.begin({ crash });
  await scene.logIn();
  await scene.listening();
  // What was said and answered before the crash must not come back.
  const { first, second, room } = circle(scene);
  const [stranger] = scene.cast.strangers;
  if (stranger !== undefined) sayAsStranger(scene, stranger.uid, first.account, { name: "s1" });
  sayDirectly(scene, first, { name: "before1" });
  sayDirectly(scene, second, { name: "before2" });
  sayInRoom(scene, room, { name: "before3" });
  await scene.quiet(60_000);
  await scene.host.ask({ do: "arm" });
}

function tell(scene: Scene, story: Story): void {
  const { first, room } = circle(scene);
  switch (story) {
    case "direct":
      sayDirectly(scene, first, { name: "d1" });
      return;
    case "burst":
      sayInOneBreath(scene, first, [{ name: "b1" }, { name: "b2" }, { name: "b3" }]);
      return;
    case "long":
      sayDirectly(scene, first, { name: "l1", parts: 3 });
      return;
    case "group":
      sayInRoom(scene, room, { name: "g1" });
      return;
  }
}

/** Zalo may deliver once more after a reconnect what it has delivered before, under another message id. */
function deliverAgain({ world, cast }: Scene): void {
  const [account] = cast.accounts;
  const received = world.messages().filter(({ from, isGroup }) => from !== account?.uid && !isGroup);
  for (const { from, to, text, cliMsgId } of received.slice(0, 4))
    world.say({ from, to, text, overrides: { cliMsgId } });
}

function circle({ cast }: Scene) {
  const [first, second] = cast.friends;
  const [room] = cast.groups;
  if (first === undefined || second === undefined || room === undefined) throw new Error("The cast is too small.");
  return { first, second, room };
}
