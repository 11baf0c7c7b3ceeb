import type { BreakName } from "../breaks.ts";
import { countEvents, crashAt, type Point } from "../crash/point.ts";
import type { Gate } from "../gate.ts";
import { rowFrom, type Row } from "./table.ts";

/** A fault no zca program can play: the host itself dies. Here our own, at a chosen event. */
export const hostMoments = [
  { name: "host: SIGKILL while a message is taken in", phase: "inbound", share: 0.6 },
  { name: "host: SIGKILL while an answer is sent", phase: "sending", share: 0.4 },
] as const;

export interface HostRowOptions {
  readonly dist: string;
  readonly seed: number;
  readonly gate: Gate;
  readonly broken?: BreakName | undefined;
}

export async function hostRow(
  { name, phase, share }: (typeof hostMoments)[number],
  { dist, seed, gate, broken }: HostRowOptions,
): Promise<Row> {
  const story = phase === "inbound" ? "burst" : "long";
  await gate.enter();
  const events = await countEvents(story, dist, seed + 50).finally(() => gate.leave());
  const point: Point = { story, phase, nth: Math.max(1, Math.round(events[phase] * share)), when: "after", seed };
  const { breaches, recoveredMs, problems, died } = await crashAt(point, { dist, gate, broken });
  return rowFrom({
    fault: name,
    told: problems,
    breaches,
    isWhole: breaches.length === 0,
    waiting: 0,
    recoveredMs,
    byLogin: false,
    doubts: died ? [] : ["the host did not die there"],
    trail: problems,
  });
}
