import { closeSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, writeFileSync, writeSync } from "node:fs";
import path from "node:path";
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDatabase, type OpenedDatabase } from "../../../src/channel/store/database.ts";
import { claimAll, huy, journalRig, lan, line, type JournalRig } from "./rig.ts";

let rig: JournalRig;

beforeEach(() => {
  rig = journalRig();
});
afterEach(() => rig.dispose());

/** A disk that can be made to fail: `pragma` is applied to the open file and to every one opened until it heals. */
function failingDisk() {
  const state: { pragma: string | undefined; db: DatabaseSync | undefined } = { pragma: undefined, db: undefined };
  return {
    open: (file: string, schema: string, nowMs: number): OpenedDatabase => {
      const opened = openDatabase(file, schema, nowMs);
      if (state.pragma !== undefined) opened.db.exec(state.pragma);
      state.db = opened.db;
      return opened;
    },
    fail(pragma: string) {
      state.pragma = pragma;
      state.db?.exec(pragma);
    },
    heal() {
      state.pragma = undefined;
    },
  };
}

describe.each([
  ["a full disk", "PRAGMA max_page_count = 1", /full/u],
  ["a read-only disk", "PRAGMA query_only = ON", /readonly/u],
])("%s", (_name, pragma, words) => {
  test("loses nothing and doubles nothing: memory takes over, and moves into the file when it can be written again", async () => {
    const disk = failingDisk();
    const journal = rig.open({ open: disk.open });
    for (const id of ["m:done", "m:held", "m:waiting"]) await journal.append(line(id, { altKeys: [`c:${id}`] }));
    const done = await journal.queue.claim("m:done");
    if (done) await journal.queue.complete(done);
    const held = await journal.queue.claim("m:held");
    disk.fail(pragma);

    expect(await journal.append(line("m:new", { lane: huy, raw: "x".repeat(20_000) }))).toBe("new");
    expect(rig.troubles).toEqual([expect.stringMatching(words)]);
    expect(journal.snapshot()).toMatchObject({ pending: 3, trouble: { sinceMs: rig.clock.now() } });
    expect(await journal.append(line("c:m:done"))).toBe("completed");
    if (held) expect(await journal.queue.complete(held)).toBe(true);
    const fresh = await journal.queue.claimNext({ blockedLaneKeys: [lan] });
    expect(fresh?.id).toBe("m:new");

    // Still failing: everything stays as it is, and it is not told a second time.
    await rig.clock.advance(30_000);
    expect(journal.snapshot().trouble).toBeDefined();
    disk.heal();
    await rig.clock.advance(30_000);
    expect(rig.troubles).toEqual([expect.any(String), undefined]);
    expect(journal.snapshot().trouble).toBeUndefined();
    if (fresh) expect(await journal.queue.complete(fresh)).toBe(true);
    journal.close();

    const next = rig.open();
    const states = ["m:done", "m:held", "m:new", "m:waiting"].map((id) => next.append(line(id)));
    expect(await Promise.all(states)).toEqual(["completed", "completed", "completed", "pending"]);
    expect(await claimAll(next)).toEqual(["m:waiting"]);
  });
});

test("a journal that cannot be opened begins in memory and says why", async () => {
  mkdirSync(rig.file, { recursive: true });
  const journal = rig.open();
  expect(rig.troubles).toEqual([expect.stringMatching(/EISDIR/u)]);
  expect(await journal.append(line("m:1"))).toBe("new");
  expect(await journal.append(line("m:1"))).toBe("pending");
  rmSync(rig.file, { recursive: true });
  await rig.clock.advance(30_000);
  expect(rig.troubles).toEqual([expect.any(String), undefined]);
  journal.close();
  expect(await claimAll(rig.open())).toEqual(["m:1"]);
});

test("what the file still knew when it could not be opened for writing stays known", async () => {
  const first = rig.open();
  await first.append(line("m:1"));
  await first.queue.complete((await first.queue.claim("m:1")) ?? "");
  first.close();
  const journal = rig.open({
    open: () => {
      throw new Error("EROFS: read-only file system");
    },
  });
  expect(await journal.append(line("m:1"))).toBe("completed");
  expect(await journal.append(line("m:2"))).toBe("new");
});

test("what was handled before the file went out of sight is not handled again once it is back", async () => {
  const first = rig.open();
  await first.append(line("m:1"));
  await first.queue.complete((await first.queue.claim("m:1")) ?? "");
  first.close();
  const away = `${rig.file}.elsewhere`;
  renameSync(rig.file, away);
  mkdirSync(rig.file);
  const journal = rig.open();
  expect(await journal.append(line("m:1"))).toBe("new");
  rmSync(rig.file, { recursive: true });
  renameSync(away, rig.file);
  await rig.clock.advance(30_000);
  expect(await journal.append(line("m:1"))).toBe("completed");
  expect(await claimAll(journal)).toEqual([]);
});

describe("a damaged file", () => {
  const fill = async () => {
    const journal = rig.open();
    for (let index = 0; index < 50; index += 1)
      await journal.append(line(`m:${index}`, { raw: "nội dung".repeat(500) }));
    await rig.clock.advance(60_000);
    return journal;
  };
  const scribble = (from: number, bytes: number) => {
    const handle = openSync(rig.file, "r+");
    writeSync(handle, Buffer.alloc(bytes, 0xa5), 0, bytes, from);
    closeSync(handle);
  };
  const names = () => readdirSync(path.dirname(rig.file));

  test.each([
    ["garbage instead of a database", () => writeFileSync(rig.file, "đây không phải cơ sở dữ liệu".repeat(100))],
    ["an overwritten page", () => scribble(4096 * 3, 4096 * 4)],
  ])("with %s is set aside and an empty one takes its place", async (_name, damage) => {
    (await fill()).close();
    damage();
    const journal = rig.open();
    expect(rig.setAside).toEqual([expect.stringMatching(/journal\.sqlite\.damaged-\d+$/u)]);
    expect(journal.snapshot()).toMatchObject({ pending: 0, setAside: rig.setAside[0], trouble: undefined });
    expect(await journal.append(line("m:0"))).toBe("new");
    expect(names()).toContain(path.basename(rig.setAside[0] ?? ""));
  });

  test("found while running is set aside as well, and what it still tells goes on", async () => {
    const disk = failingDisk();
    (await fill()).close();
    const journal = rig.open({ open: disk.open });
    // Nothing of it may be remembered in SQLite's cache, as in a file of hundreds of megabytes.
    disk.fail("PRAGMA cache_size = 1; PRAGMA shrink_memory");
    disk.heal();
    scribble(4096 * 20, 4096 * 10);
    const claims = [];
    for (let index = 0; index < 50; index += 1) claims.push(await journal.queue.claim(`m:${index}`));
    // What comes after the first unreadable page stays in the file set aside.
    expect(claims.filter((claim) => claim?.payload !== undefined).length).toBeGreaterThan(0);
    expect(await journal.append(line("m:new", { lane: huy }))).toBe("new");
    await rig.clock.advance(1);
    expect(rig.setAside).toHaveLength(1);
    expect([rig.troubles, journal.snapshot().trouble]).toEqual([[], undefined]);
    journal.close();
    expect(rig.open().knows(["m:new"])).toBe(true);
  });
});

/** A journal whose file begins to fail when told, one statement at a time; `errcode` is SQLite's. */
function failingStatements(text: string, errcode: number) {
  const state = { fails: false };
  const trip = () => {
    if (state.fails) throw Object.assign(new Error(text), { errcode });
  };
  const open = (file: string, schema: string, nowMs: number): OpenedDatabase => {
    const opened = openDatabase(file, schema, nowMs);
    const { db } = opened;
    const [exec, prepare] = [db.exec.bind(db), db.prepare.bind(db)];
    db.exec = (sql) => {
      trip();
      exec(sql);
    };
    db.prepare = (sql) => {
      const statement = prepare(sql);
      if (!sql.startsWith("SELECT payload")) return statement;
      const get = statement.get.bind(statement);
      return Object.assign(statement, {
        get: (...values: SQLInputValue[]) => {
          trip();
          return get(...values);
        },
      });
    };
    return opened;
  };
  return { state, open };
}

describe("a damaged file in a folder that became read-only with it", () => {
  /** Nothing can be renamed to, or removed from, where a folder that is not empty stands. */
  function freeze(atMs = rig.clock.now()) {
    const blocked = `${rig.file}.damaged-${atMs}`;
    mkdirSync(path.join(blocked, "đầy"), { recursive: true });
    return () => rmSync(blocked, { recursive: true });
  }

  test("loses nothing: memory takes over, it is told once, and the file is tried again", async () => {
    const disk = failingStatements("database disk image is malformed", 11);
    const journal = rig.open({ open: disk.open });
    await journal.append(line("m:1"));
    const file = rig.file;
    const away = `${file}.elsewhere`;
    disk.state.fails = true;
    renameSync(file, away);
    mkdirSync(path.join(file, "không gỡ được"), { recursive: true });
    const thaw = freeze();
    expect(await journal.append(line("m:2"))).toBe("new");
    expect(await journal.append(line("m:3"))).toBe("new");
    expect(rig.troubles).toEqual([expect.stringMatching(/malformed/u)]);
    expect(rig.setAside).toEqual([]);
    expect(journal.snapshot()).toMatchObject({
      pending: 3,
      setAside: undefined,
      trouble: { sinceMs: expect.any(Number) },
    });
    journal.beginRun();
    await rig.clock.advance(60_000);
    expect(journal.snapshot().pending).toBe(3);
    disk.state.fails = false;
    rmSync(file, { recursive: true });
    renameSync(away, file);
    thaw();
    await rig.clock.advance(30_000);
    expect(rig.troubles).toEqual([expect.any(String), undefined]);
    journal.close();
    expect(await claimAll(rig.open())).toEqual(["m:1", "m:2", "m:3"]);
  });

  test("found by nothing but the clock disturbs nobody", async () => {
    const disk = failingStatements("database disk image is malformed", 11);
    const journal = rig.open({ open: disk.open });
    await journal.append(line("m:1"));
    await rig.clock.advance(59_999);
    disk.state.fails = true;
    rmSync(rig.file);
    mkdirSync(path.join(rig.file, "không gỡ được"), { recursive: true });
    freeze(rig.clock.now() + 1);
    await rig.clock.advance(1);
    expect(rig.troubles).toEqual([expect.stringMatching(/malformed/u)]);
    expect(await journal.append(line("m:2"))).toBe("new");
  });
});

test("what is still being written when the journal closes sets no clock any more", async () => {
  const journal = rig.open({ defer: () => {} });
  const written = journal.append(line("m:1"));
  journal.close();
  expect(await written).toBe("new");
  expect(rig.clock.pending).toBe(0);
});

describe("a file that fails while a row is being claimed", () => {
  const fill = async (disk: ReturnType<typeof failingStatements>) => {
    const first = rig.open();
    for (const id of ["m:1", "m:2", "m:3"]) await first.append(line(id, { lane: `user:1000${id.slice(2)}` }));
    for (const id of ["m:1", "m:2"]) await first.queue.complete((await first.queue.claim(id)) ?? "");
    first.close();
    const journal = rig.open({ open: disk.open });
    journal.beginRun();
    for (const id of ["m:4", "m:5"]) await journal.append(line(id, { lane: `user:1000${id.slice(2)}` }));
    return journal;
  };

  test.each(["claimNext", "claim"] as const)("hands out that row's text and no other's, by %s", async (how) => {
    const disk = failingStatements("disk I/O error", 10);
    const journal = await fill(disk);
    disk.state.fails = true;
    const claim = how === "claim" ? await journal.queue.claim("m:3") : await journal.queue.claimNext();
    expect([claim?.id, claim?.payload?.raw]).toEqual(["m:3", line("m:3").payload.raw]);
    expect(rig.troubles).toEqual(["disk I/O error"]);
  });

  test("still tells what a run before had left over from what this one received", async () => {
    const disk = failingStatements("disk I/O error", 10);
    const journal = await fill(disk);
    const recovered = async () => {
      const claims = [await journal.queue.claim("m:3"), await journal.queue.claim("m:4")];
      for (const claim of claims) await journal.queue.release(claim ?? "", { recordAttempt: false });
      return claims.map((claim) => claim?.metadata?.recovered);
    };
    expect(await recovered()).toEqual([true, false]);
    disk.state.fails = true;
    expect(await recovered()).toEqual([true, false]);
    disk.state.fails = false;
    await rig.clock.advance(30_000);
    expect(journal.snapshot().trouble).toBeUndefined();
    expect(await recovered()).toEqual([true, false]);
  });
});

test("somebody late, after the journal was closed, gets an error and causes no trouble", async () => {
  const journal = rig.open();
  await journal.append(line("m:1"));
  const claim = await journal.queue.claim("m:1");
  journal.close();
  await expect(journal.queue.complete(claim ?? "")).rejects.toThrowError(/closed/u);
  expect(rig.troubles).toEqual([]);
  expect(await claimAll(rig.open())).toEqual(["m:1"]);
});
