import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { ZalouserError } from "../../../src/errors.ts";
import { catchUpLimits } from "../../../src/policy/index.ts";
import { settle } from "../../fakes/clock.ts";
import { catchUpRig, startMs } from "./rig.ts";

const minuteMs = 60_000;
const lanes = ["user:lan", "user:huy", "user:tuấn", "user:bà", "group:nhà"] as const;

type Step =
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "speak"; readonly lane: number }
  | { readonly do: "die" | "stop" | "start" | "connect" | "killGateway" | "trouble" | "refuse" }
  | { readonly do: "answer"; readonly how: Answer };
type Answer = "well" | "network" | "failed";

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("wait" as const),
      ms: fc.constantFrom(1_000, 4_000, 20_000, 50_000, 70_000, 4 * minuteMs, 13 * minuteMs),
    }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constant("speak" as const), lane: fc.nat(lanes.length - 1) }) },
  { weight: 3, arbitrary: fc.constantFrom<Step>({ do: "start" }) },
  { weight: 3, arbitrary: fc.constantFrom<Step>({ do: "connect" }) },
  { weight: 3, arbitrary: fc.constantFrom<Step>({ do: "die" }, { do: "stop" }) },
  { weight: 1, arbitrary: fc.constantFrom<Step>({ do: "killGateway" }, { do: "trouble" }, { do: "refuse" }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("answer" as const), how: fc.constantFrom("well", "network", "failed") }),
  },
);

interface Said {
  readonly lane: string;
  readonly atMs: number;
  /** When its conversation had last been heard before. */
  readonly beforeMs: number;
  /** Nobody has it yet. */
  isMissing: boolean;
  /** When it was listened again. */
  heardAgainMs?: number;
  /** Where the silence it fell into began for its conversation. */
  readonly sinceMs: number;
}

/** An account, its people and what Zalo has of them, over any number of gateways. */
function createWorld(folder: string, accountId: string) {
  const said: Said[] = [];
  const readAt = new Map<string, number>();
  let [isTroubled, isRefusing, isPauseAsked] = [false, false, false];
  let how: Answer = "well";
  let state: "off" | "starting" | "listening" = "off";
  let silentSinceMs = startMs;
  let account = boot(startMs);

  function boot(nowMs: number) {
    const next = catchUpRig(folder, accountId, {
      inTrouble: () => isTroubled,
      pauseFor: async () => {
        if (isRefusing) return { kind: "refused" };
        isPauseAsked = true;
        return { kind: "done", value: undefined };
      },
    });
    next.answerWith(async () => {
      if (how !== "well")
        throw new ZalouserError(how === "network" ? "ZCA_NETWORK" : "ZCA_FAILED", "Không được.", { accountId });
      const lane = next.asked.at(-1)?.lane ?? "";
      readAt.set(lane, next.clock.now());
      const found = said.filter((message) => message.lane === lane && message.isMissing);
      for (const message of found) message.isMissing = false;
      next.heard.set(lane, Math.max(next.heard.get(lane) ?? 0, ...found.map(({ atMs }) => atMs)));
      return { found: found.length };
    });
    return { ...next, at: next.clock.advance(nowMs - startMs) };
  }

  async function end(stop: () => Promise<void>): Promise<void> {
    if (state === "listening") silentSinceMs = account.clock.now();
    state = "off";
    await stop();
  }

  async function connect(): Promise<void> {
    if (state !== "starting") return;
    await account.connect();
    state = "listening";
    for (const message of said) message.heardAgainMs ??= account.clock.now();
  }

  async function start(): Promise<void> {
    if (state !== "off") return;
    await account.listen();
    state = "starting";
  }

  async function wait(ms: number): Promise<void> {
    if (state === "listening") await account.live(ms);
    else await account.clock.advance(ms);
    if (!isPauseAsked) return;
    isPauseAsked = false;
    if (state !== "listening") return;
    await end(() => account.stop());
    await account.clock.advance(1_000);
    await start();
    await account.clock.advance(3_000);
    await connect();
  }

  return {
    said,
    counts: () => account.counts(),
    isListening: () => state === "listening",
    wait,
    async take(now: Step): Promise<void> {
      await account.clock.advance(1);
      switch (now.do) {
        case "wait":
          return wait(now.ms);
        case "start":
          return start();
        case "connect":
          return connect();
        case "die":
          return end(() => account.die());
        case "stop":
          return end(() => account.stop());
        case "trouble":
          isTroubled = !isTroubled;
          return;
        case "refuse":
          isRefusing = !isRefusing;
          return;
        case "answer":
          how = now.how;
          return;
        case "killGateway": {
          const { heard, clock } = account;
          if (state === "listening") silentSinceMs = clock.now();
          state = "off";
          isPauseAsked = false;
          await account.close();
          account = boot(clock.now());
          await account.at;
          for (const [lane, atMs] of heard) account.heard.set(lane, atMs);
          account.heardLastAt(Math.max(startMs, ...heard.values()));
          return;
        }
        case "speak": {
          const lane = lanes[now.lane] ?? lanes[0];
          const atMs = account.clock.now();
          if (state === "listening") return account.speak(lane);
          const beforeMs = account.heard.get(lane) ?? 0;
          const sinceMs = Math.max(silentSinceMs, readAt.get(lane) ?? 0);
          said.push({ lane, atMs, beforeMs, sinceMs, isMissing: true });
        }
      }
    },
    /** Whatever stood in the way is over. */
    async mend(): Promise<void> {
      [isTroubled, isRefusing, how] = [false, false, "well"];
      await end(() => account.stop());
      await account.clock.advance(1_000);
      await start();
      await account.clock.advance(1_000);
      await connect();
    },
    async close(): Promise<void> {
      await account.close();
      await settle();
    },
  };
}

/** A conversation that slept is not asked for after less than a minute; that such moments were is counted. */
function fellIntoAMoment({ beforeMs, sinceMs, heardAgainMs = Infinity }: Said): boolean {
  return heardAgainMs - sinceMs < catchUpLimits.shortMs && beforeMs < sinceMs - catchUpLimits.aliveMs;
}

test(
  "through any starts, failures, kills and refusals every message is heard, read back or counted as uncovered",
  { timeout: 240_000 },
  async () => {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
        runs += 1;
        const folder = mkdtempSync(path.join(tmpdir(), "zalouser-khoảng-trống-"));
        const world = createWorld(folder, `không-mất-${runs}`);
        const open = () => {
          const missing = world.said.filter(({ isMissing }) => isMissing);
          if (missing.some(fellIntoAMoment)) expect(world.counts().moments).toBeGreaterThan(0);
          return new Set(missing.filter((message) => !fellIntoAMoment(message)).map(({ lane }) => lane));
        };
        /** A conversation that gave no answer three times is let be, and stays counted. */
        const given = () => world.counts().failed;
        try {
          // Before the first connection nothing was said to this account.
          await world.take({ do: "start" });
          await world.take({ do: "connect" });
          for (const lane of lanes.keys()) await world.take({ do: "speak", lane });
          for (const now of steps) {
            await world.take(now);
            if (world.isListening()) expect(world.counts().waiting + given()).toBeGreaterThanOrEqual(open().size);
          }
          await world.mend();
          for (let quarter = 0; quarter < 12; quarter += 1) await world.wait(15 * minuteMs);
          expect(open().size).toBeLessThanOrEqual(given());
        } finally {
          await world.close();
          rmSync(folder, { recursive: true, force: true });
        }
      }),
      { numRuns: 30 },
    );
  },
);
