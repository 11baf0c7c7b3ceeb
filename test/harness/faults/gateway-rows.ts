import { countEvents, crashAt, type Point } from "../crash/point.ts";
import type { Row } from "./table.ts";

/** The fault no zca program can play: the gateway itself dies. One row per moment. */
export const gatewayMoments = [
  { name: "gateway: SIGKILL while a message is taken in", phase: "inbound", share: 0.6 },
  { name: "gateway: SIGKILL while an answer is sent", phase: "sending", share: 0.4 },
] as const;

export async function gatewayRow(
  { name, phase, share }: (typeof gatewayMoments)[number],
  dist: string,
  seed: number,
): Promise<Row> {
  const story = phase === "inbound" ? "burst" : "long";
  const events = await countEvents(story, dist, seed + 50);
  const point: Point = { story, phase, nth: Math.max(1, Math.round(events[phase] * share)), when: "after", seed };
  const { breaches, recoveredMs, problems, died } = await crashAt(point, dist);
  const lost = breaches.filter(({ kind }) => kind === "lost" || kind === "unanswered").length;
  const doubled = breaches.filter(({ kind }) => kind === "turn doubled" || kind === "answer doubled").length;
  return {
    fault: name,
    operator: problems[0] ?? "nothing: harmless",
    lost,
    doubled,
    recoveredMs,
    byLogin: false,
    wrong: [
      ...breaches.map(({ kind, what }) => `${kind}: ${what}`),
      ...(died ? [] : ["the gateway did not die there, so this row proves nothing"]),
    ],
  };
}
