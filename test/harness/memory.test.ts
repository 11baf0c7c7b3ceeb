import { expect, test } from "vitest";
import { seededRandom } from "./random.ts";
import { growthMbPerMinute, type Sample } from "./soak/memory.ts";

const mb = 2 ** 20;

/** Lives of so many seconds, sampled every ten: 240 MB at first, then 300 with a swing of 50 either way, and a leak. */
function run(livesS: readonly number[], leakMbPerMinute: number, seed: number): Sample[] {
  const random = seededRandom(seed);
  let startMs = 0;
  return livesS.flatMap((lengthS, life) => {
    const samples = Array.from({ length: Math.floor(lengthS / 10) }, (_, index) => {
      const leaked = (leakMbPerMinute * index) / 6;
      const level = index < 3 ? 240 + 20 * index : 250 + random.below(101);
      return { atMs: startMs + index * 10_000, bytes: (level + leaked) * mb, life };
    });
    startMs += lengthS * 1000 + 20_000;
    return samples;
  });
}

test("of 200 runs of 8 minutes every leak of 60 MB a minute shows, and hardly ever one that is none", () => {
  const seeds = Array.from({ length: 200 }, (_, seed) => seed);
  const grows = (leak: number) =>
    seeds.filter((seed) => (growthMbPerMinute(run([150, 140, 140], leak, seed)) ?? 0) > 25);
  expect(grows(60)).toHaveLength(200);
  expect(grows(0).length).toBeLessThanOrEqual(4);
});

// The last half of the first of these lives seemed to grow by 45 MB a minute.
test("a heap that swings as it did in a run of 8 minutes does not grow", () => {
  const lives = [
    [339, 300, 320, 325, 318, 335, 372, 358],
    [267, 379, 296, 315, 286, 303, 277],
    [238, 446, 342, 318, 309, 350, 299],
  ];
  const samples = lives.flatMap((values, life) =>
    values.map((value, index) => ({ atMs: life * 200_000 + index * 20_000, bytes: value * mb, life })),
  );
  expect(Math.abs(growthMbPerMinute(samples) ?? Number.NaN)).toBeLessThan(25);
});

test("what a minute shows tells nothing", () => {
  expect(growthMbPerMinute(run([60], 100, 1))).toBeUndefined();
  expect(growthMbPerMinute([])).toBeUndefined();
});
