import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Journal } from "../../../src/channel/journal/journal.ts";
import type { JournalClaim } from "../../../src/channel/journal/records.ts";
import { openDatabase } from "../../../src/channel/store/database.ts";
import { family, huy, journalRig, lan, line } from "./rig.ts";

const lanes = [lan, huy, family] as const;

interface ModelRow {
  readonly id: string;
  readonly lane: string;
  state: "pending" | "completed" | "failed";
  attempts: number;
}

type Step =
  | { readonly do: "append"; readonly key: number; readonly alias: number; readonly lane: number }
  | { readonly do: "claim"; readonly blocked: number }
  | { readonly do: "settle"; readonly nth: number; readonly how: "complete" | "release" | "giveBack" | "fail" }
  | { readonly do: "settleAgain"; readonly nth: number }
  | { readonly do: "recover" }
  | { readonly do: "restart" }
  | { readonly do: "breakDisk" }
  | { readonly do: "healDisk" }
  | { readonly do: "close"; readonly lane: number }
  | { readonly do: "open"; readonly nth: number };

const small = (max: number) => fc.nat({ max });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant("append"), key: small(15), alias: small(15), lane: small(2) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("claim"), blocked: small(7) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("settle"),
      nth: small(5),
      how: fc.constantFrom("complete", "release", "release", "giveBack", "fail"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("settleAgain"), nth: small(5) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("recover") }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("restart") }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("breakDisk") }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("healDisk") }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("close"), lane: small(2) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("open"), nth: small(3) }) },
);

/** What the journal promises, in the simplest words: arrays and no disk. */
function createModel() {
  const rows: ModelRow[] = [];
  const keys = new Map<string, ModelRow>();
  const claimed = new Set<string>();
  const closed: string[] = [];
  return {
    rows,
    claimed,
    closed,
    append(names: readonly string[], lane: string): string {
      const known = names.map((name) => keys.get(name)).find((row) => row !== undefined);
      const row = known ?? { id: names[0] ?? "", lane, state: "pending" as const, attempts: 0 };
      for (const name of names) if (!keys.has(name)) keys.set(name, row);
      if (known === undefined) rows.push(row);
      return known?.state ?? "new";
    },
    /** The ids that may be handed out, in order. */
    offered(blocked: ReadonlySet<string>): string[] {
      const free = rows.filter(
        ({ id, lane, state }) =>
          state === "pending" && !claimed.has(id) && !closed.includes(lane) && !blocked.has(lane),
      );
      const heads = free.filter((row) => row.attempts < 8);
      const first = heads.filter((row) => heads.find(({ lane }) => lane === row.lane) === row);
      return [...first, ...free.filter((row) => row.attempts >= 8)].map(({ id }) => id);
    },
    row: (id: string) => rows.find((row) => row.id === id),
  };
}

test(
  "does what its model does, through duplicates, retries, restarts and disks that fail",
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 80 }), async (steps) => {
        const rig = journalRig();
        const disk = { broken: false };
        const open = (file: string, schema: string, nowMs: number) => {
          const opened = openDatabase(file, schema, nowMs);
          opened.db.exec(`PRAGMA query_only = ${disk.broken ? "ON" : "OFF"}`);
          handle = opened.db;
          return opened;
        };
        let handle: ReturnType<typeof openDatabase>["db"] | undefined;
        const model = createModel();
        let journal: Journal = rig.open({ open });
        let claims: JournalClaim[] = [];
        const spent: JournalClaim[] = [];
        let openers: { readonly lane: string; readonly run: () => void }[] = [];
        try {
          for (const now of steps) {
            await rig.clock.advance(1);
            switch (now.do) {
              case "append": {
                const [id, alias] = [`m:${now.key}`, `c:${now.alias}`];
                const lane = lanes[now.lane] ?? lan;
                expect(await journal.append(line(id, { altKeys: [alias], lane }))).toBe(
                  model.append([id, alias], lane),
                );
                break;
              }
              case "claim": {
                const blocked = new Set(lanes.filter((_, index) => (now.blocked >> index) & 1));
                const claim = await journal.queue.claimNext({ ownerId: "me", blockedLaneKeys: blocked });
                expect(claim?.id).toBe(model.offered(blocked)[0]);
                if (claim === null) break;
                expect(claim.payload?.raw).toContain(claim.id);
                expect(claim.attempts).toBe(model.row(claim.id)?.attempts);
                claims.push(claim);
                model.claimed.add(claim.id);
                break;
              }
              case "settle": {
                const claim = claims[now.nth];
                const row = claim && model.row(claim.id);
                if (claim === undefined || row === undefined) break;
                claims = claims.filter((other) => other !== claim);
                spent.push(claim);
                model.claimed.delete(claim.id);
                if (now.how === "complete") row.state = "completed";
                if (now.how === "fail") row.state = "failed";
                if (now.how === "release") row.attempts += 1;
                const { queue } = journal;
                const settled = {
                  complete: () => queue.complete(claim),
                  release: () => queue.release(claim, { lastError: "busy" }),
                  giveBack: () => queue.release(claim, { recordAttempt: false }),
                  fail: () => queue.fail(claim, { reason: "poison" }),
                };
                expect(await settled[now.how]()).toBe(true);
                break;
              }
              case "settleAgain": {
                const claim = spent[now.nth];
                if (claim) expect(await journal.queue.complete(claim)).toBe(false);
                break;
              }
              case "recover": {
                const owned = claims.filter(({ laneKey }) => !model.closed.includes(laneKey ?? ""));
                expect(await journal.queue.recoverStaleClaims({ shouldRecover: () => true })).toBe(owned.length);
                for (const claim of owned) model.claimed.delete(claim.id);
                spent.push(...owned);
                claims = claims.filter((claim) => !owned.includes(claim));
                break;
              }
              case "restart": {
                if (journal.snapshot().trouble !== undefined) break;
                journal.close();
                journal = rig.open({ open });
                spent.push(...claims);
                claims = [];
                openers = [];
                model.claimed.clear();
                model.closed.length = 0;
                break;
              }
              case "breakDisk":
                disk.broken = true;
                if (journal.snapshot().trouble === undefined) handle?.exec("PRAGMA query_only = ON");
                break;
              case "healDisk":
                disk.broken = false;
                if (journal.snapshot().trouble === undefined) handle?.exec("PRAGMA query_only = OFF");
                else await rig.clock.advance(30_000);
                break;
              case "close": {
                const lane = lanes[now.lane] ?? lan;
                openers.push({ lane, run: journal.closeLane(lane) });
                model.closed.push(lane);
                break;
              }
              case "open": {
                const opener = openers[now.nth];
                if (opener === undefined) break;
                opener.run();
                openers = openers.filter((other) => other !== opener);
                model.closed.splice(model.closed.indexOf(opener.lane), 1);
                break;
              }
            }
          }
          const counts = journal.snapshot();
          const inState = (state: ModelRow["state"]) => model.rows.filter((row) => row.state === state).length;
          expect([counts.pending, counts.failed]).toEqual([inState("pending"), inState("failed")]);
        } finally {
          rig.dispose();
        }
      }),
      { numRuns: 150 },
    );
  },
);
