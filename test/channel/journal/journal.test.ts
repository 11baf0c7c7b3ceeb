import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { claimAll, family, huy, journalRig, lan, line, type JournalRig } from "./rig.ts";

const DAY_MS = 24 * 60 * 60_000;
const standard = { completedTtlMs: 30 * DAY_MS, completedMaxEntries: 20_000, failedTtlMs: 30 * DAY_MS };

let rig: JournalRig;

beforeEach(() => {
  rig = journalRig();
});
afterEach(() => rig.dispose());

/** Whether a text stands anywhere in the files of the journal. */
function onDisk(text: string): boolean {
  const folder = path.dirname(rig.file);
  return readdirSync(folder).some((name) => readFileSync(path.join(folder, name)).includes(text));
}

describe("what arrives twice", () => {
  test("is a duplicate under any key it is known by, and brings its new keys along", async () => {
    const journal = rig.open();
    expect(await journal.append(line("m:1", { altKeys: ["c:1"] }))).toBe("new");
    expect(await journal.append(line("m:2", { altKeys: ["c:1"] }))).toBe("pending");
    expect(await journal.append(line("m:2"))).toBe("pending");
    expect(await claimAll(journal)).toEqual(["m:1"]);
    expect(journal.knows(["m:9", "m:2"])).toBe(true);
    expect(journal.knows(["m:9"])).toBe(false);
  });

  test("is one, too, when a live line and a row of history are the same message", async () => {
    const journal = rig.open();
    await journal.append(line("m:1", { altKeys: ["c:1"] }));
    const row = line("c:1", { payload: { version: 1, origin: "history", raw: "{}", contextOnly: true } });
    expect(await journal.append(row)).toBe("pending");
  });

  test("stays one after it was handled, given up on, and after a restart", async () => {
    const first = rig.open();
    await first.append(line("m:1"));
    await first.append(line("m:2", { lane: huy }));
    const done = await first.queue.claim("m:1");
    const poison = await first.queue.claim("m:2");
    if (!done || !poison) throw new Error("nothing to claim");
    await first.queue.complete(done);
    await first.queue.fail(poison, { reason: "no-sender" });
    first.close();
    const second = rig.open();
    expect(await second.append(line("m:1"))).toBe("completed");
    expect(await second.append(line("m:2"))).toBe("failed");
    expect(await claimAll(second)).toEqual([]);
  });
});

describe("what waits", () => {
  test("is handed out after a restart, older messages of a conversation before newer ones", async () => {
    const first = rig.open();
    for (const id of ["m:1", "m:2"]) await first.append(line(id));
    await first.append(line("m:3", { lane: family }));
    // Being handled when the gateway dies: a claim is worth nothing after its process.
    await first.queue.claim("m:1");
    first.close();
    const second = rig.open();
    await second.append(line("m:4"));
    const [mine, theirs] = [await second.queue.claimNext(), await second.queue.claimNext({ blockedLaneKeys: [lan] })];
    expect([mine?.id, theirs?.id]).toEqual(["m:1", "m:3"]);
    expect(mine?.payload?.raw).toContain("chào m:1 🙂");
    expect(mine?.metadata).toEqual({ recovered: true });
    const rest = [await second.queue.claimNext({ blockedLaneKeys: [family] })];
    expect(rest.map((claim) => claim?.id)).toEqual(["m:2"]);
  });

  test("is never thrown away, however old it is", async () => {
    const journal = rig.open();
    await journal.append(line("m:1"));
    await rig.clock.advance(90 * DAY_MS);
    await journal.queue.prune(standard);
    expect(await claimAll(journal)).toEqual(["m:1"]);
  });

  test("is listed without its text, one row for each conversation", async () => {
    const journal = rig.open();
    await Promise.all(Array.from({ length: 3000 }, (_, index) => journal.append(line(`m:${index}`))));
    await journal.append(line("m:h", { lane: huy }));
    const listed = await journal.queue.listPending({ limit: "all" });
    expect(listed.map(({ id, payload }) => [id, payload])).toEqual([
      ["m:0", undefined],
      ["m:h", undefined],
    ]);
  });

  test("is handed out in bounded portions: 64 rows or 8 MB of one conversation at a time", async () => {
    const journal = rig.open();
    await Promise.all(Array.from({ length: 100 }, (_, index) => journal.append(line(`m:${index}`))));
    expect(await claimAll(journal)).toHaveLength(64);
    const heavy = "đ".repeat(2_000_000);
    for (let index = 0; index < 5; index += 1) await journal.append(line(`h:${index}`, { lane: huy, raw: heavy }));
    expect(await claimAll(journal)).toEqual(["h:0", "h:1", "h:2"]);
  });
});

describe("a row that fails", () => {
  test("holds up its conversation for eight attempts, then steps aside and is tried by itself", async () => {
    const journal = rig.open();
    await journal.append(line("m:poison"));
    await journal.append(line("m:after"));
    for (let attempt = 1; attempt <= 8; attempt += 1) {
      const claim = await journal.queue.claimNext();
      expect(claim?.id).toBe("m:poison");
      if (claim) await journal.queue.release(claim, { lastError: "busy" });
    }
    const listed = await journal.queue.listPending({ limit: "all" });
    expect(listed.map(({ id, attempts }) => [id, attempts])).toEqual([
      ["m:after", 0],
      ["m:poison", 8],
    ]);
  });

  test("given up on keeps its payload, is counted, and can be brought back", async () => {
    const journal = rig.open();
    await journal.append(line("m:1"));
    const claim = await journal.queue.claim("m:1");
    if (claim) await journal.queue.fail(claim, { reason: "retry-limit-exceeded", message: "busy" });
    expect(journal.snapshot()).toMatchObject({ failed: 1, failures: [{ lane: lan, reason: "retry-limit-exceeded" }] });
    expect(await journal.queue.listFailed?.()).toMatchObject([{ id: "m:1", message: "busy", payload: { version: 1 } }]);
    await rig.clock.advance(DAY_MS + 1);
    expect(journal.snapshot()).toMatchObject({ failed: 1, failedToday: 0 });
    expect(await journal.queue.resubmit?.("m:1")).toMatchObject({ kind: "resubmitted" });
    expect(await claimAll(journal)).toEqual(["m:1"]);
  });
});

describe("what is handled", () => {
  test("leaves no text behind, neither in the file nor in the log beside it", async () => {
    const secret = "mật khẩu nhà: bí mật 42";
    const journal = rig.open();
    await journal.append(line("m:1", { raw: secret.repeat(500) }));
    expect(onDisk(secret)).toBe(true);
    const claim = await journal.queue.claim("m:1");
    if (claim) expect(await journal.queue.complete(claim)).toBe(true);
    await rig.clock.advance(60_000);
    expect(onDisk(secret)).toBe(false);
    expect(journal.knows(["m:1"])).toBe(true);
  });

  test("is remembered for thirty days and 20,000 messages", async () => {
    const journal = rig.open();
    await journal.queue.complete("m:old");
    await rig.clock.advance(29 * DAY_MS);
    await journal.queue.prune(standard);
    expect(journal.knows(["m:old"])).toBe(true);
    await Promise.all(Array.from({ length: 20_000 }, (_, index) => journal.queue.complete(`m:${index}`)));
    await journal.queue.prune(standard);
    expect([journal.knows(["m:old"]), journal.knows(["m:0"]), journal.knows(["m:19999"])]).toEqual([false, true, true]);
    await rig.clock.advance(2 * DAY_MS);
    await journal.queue.complete("m:new");
    await rig.clock.advance(28 * DAY_MS + 1);
    await journal.queue.prune(standard);
    expect([journal.knows(["m:19999"]), journal.knows(["m:new"])]).toEqual([false, true]);
  });
});

describe("what catch-up asks", () => {
  test("conversations are told newest first, by when something was said there, for the person who heard it", async () => {
    const journal = rig.open();
    const startMs = rig.clock.now();
    await journal.append(line("m:1", { reader: "33" }));
    await rig.clock.advance(1000);
    await journal.append(line("m:2", { lane: family, reader: "33" }));
    await journal.append(line("m:3", { lane: huy, reader: "44" }));
    const row = { version: 1, origin: "history", raw: "{}" } as const;
    await journal.append(line("m:4", { lane: lan, payload: row, atMs: startMs + 500, reader: "33" }));
    expect(journal.recentConversations({ sinceMs: startMs, limit: 10, reader: "33" })).toEqual([
      { lane: family, lastAtMs: startMs + 1000 },
      { lane: lan, lastAtMs: startMs + 500 },
    ]);
    expect(journal.recentConversations({ sinceMs: startMs + 600, limit: 10 })).toHaveLength(2);
    expect(journal.recentConversations({ sinceMs: startMs, limit: 1 })).toHaveLength(1);
  });

  test("the moment of the last live line survives a restart; history does not move it", async () => {
    const first = rig.open();
    expect(first.lastAppendAtMs()).toBeUndefined();
    await first.append(line("m:1"));
    const heardMs = rig.clock.now();
    await rig.clock.advance(5000);
    await first.append(line("m:2", { payload: { version: 1, origin: "history", raw: "{}" } }));
    first.close();
    expect(rig.open().lastAppendAtMs()).toBe(heardMs);
  });
});

test("the lines of one tick are one transaction", async () => {
  const deferred: (() => void)[] = [];
  const journal = rig.open({ defer: (run) => void deferred.push(run) });
  const appended = Promise.all(["m:1", "m:2", "m:3", "m:1"].map((id) => journal.append(line(id))));
  expect(deferred).toHaveLength(1);
  deferred[0]?.();
  expect(await appended).toEqual(["new", "new", "new", "pending"]);
});

test("nobody but its owner can read the journal", async () => {
  const journal = rig.open();
  await journal.append(line("m:1"));
  const modes = readdirSync(path.dirname(rig.file)).map((name) => [
    name,
    statSync(path.join(path.dirname(rig.file), name)).mode & 0o777,
  ]);
  expect(Object.fromEntries(modes)).toEqual({
    "journal.sqlite": 0o600,
    "journal.sqlite-shm": 0o600,
    "journal.sqlite-wal": 0o600,
  });
  expect(statSync(path.dirname(rig.file)).mode & 0o777).toBe(0o700);
});

test("after another person was found behind the profile nothing of that session is handled any more", async () => {
  const journal = rig.open();
  await journal.append(line("m:before"));
  await rig.clock.advance(1000);
  const sinceMs = rig.clock.now();
  await journal.append(line("m:theirs", { lane: family }));
  expect(journal.discardSince(sinceMs)).toBe(1);
  expect(await claimAll(journal)).toEqual(["m:before"]);
  expect(await journal.append(line("m:theirs", { lane: family }))).toBe("completed");
});

test("a conversation whose turn is on its way is not handed out, and neither is its row when its run has ended", async () => {
  const journal = rig.open();
  await journal.append(line("m:1"));
  await journal.append(line("m:2"));
  await journal.queue.claimNext({ ownerId: "gone" });
  const open = journal.closeLane(lan);
  let freed = 0;
  journal.onLaneFree(() => (freed += 1));
  expect(await journal.queue.recoverStaleClaims({ shouldRecover: () => true })).toBe(0);
  expect(await claimAll(journal)).toEqual([]);
  open();
  open();
  expect(freed).toBe(1);
  expect(await journal.queue.recoverStaleClaims({ shouldRecover: () => true })).toBe(1);
  expect(await claimAll(journal)).toEqual(["m:1", "m:2"]);
});
