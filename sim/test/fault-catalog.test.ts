import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorld, type FaultEffect, type World } from "../control.ts";
import { faultCatalog, type FaultRow } from "../control/fault-catalog.ts";

/** The table of contract 12, word for word. */
const table: Readonly<Record<Exclude<FaultRow, "history">, readonly string[]>> = {
  start: [
    "slow start",
    "hang before output",
    "ENOENT stand-in",
    "not executable",
    "wrong personality",
    "wrong version",
    "licence error",
  ],
  exit: [
    "code 0 with nothing",
    "0 after error text on stdout",
    "1 with each text of section 10",
    "2",
    "75",
    "127",
    "129",
    "130",
    "137",
    "143",
    "killed by signal mid-line",
    "result then exit 1",
    "crash dump on stderr",
  ],
  hang: [
    "never ends",
    "ends only on SIGTERM",
    "ignores SIGTERM",
    "ignores for n s",
    "closes stdout but stays alive",
    "leaves a grandchild holding the pipes",
    "zombie",
  ],
  "stdout damage": [
    "garbage lines",
    "ANSI colours",
    "BOM",
    "CRLF",
    "empty lines",
    "JSON scalars/arrays/null",
    "truncated JSON",
    "two records on one line",
    "record without final newline",
    "one byte per write",
    "split inside a UTF-8 character",
    "invalid UTF-8",
    "NUL bytes",
    "5 MB line",
    "endless line",
    "prefix noise before JSON",
    "trailing noise after JSON",
  ],
  "stderr damage": ["flood", "no newline", "binary", "secrets in text"],
  delivery: [
    "duplicate line now",
    "duplicate after reconnect",
    "duplicate in two processes",
    "out of order",
    "missing id",
    "same id different content",
    "old timestamp",
    "seconds vs ms",
    "future clock",
  ],
  session: ["expiry mid-run", "expiry at start", "flapping auth", "wrong uid after re-login", "login elsewhere"],
  server: [
    "rate limit for n calls then fine",
    "122",
    "123",
    "114",
    "network down for n s",
    "timeout",
    "id-less success",
    "chunk k fails",
    "retry needed once",
  ],
  system: [
    "read-only home",
    "full disk",
    "broken `profiles.json`",
    "E2BIG text",
    "missing media folder",
    "media path that vanishes before it is read",
  ],
  lock: ["held by us", "by a foreign live pid", "stale", "freed late after SIGTERM"],
};

const nameOf = (variant: string) => variant.split(": ")[0] ?? "";

describe("the fault catalog", () => {
  it("has every row and every variant of the table, and no other but the history's", () => {
    for (const [row, variants] of Object.entries(table)) {
      const entries = faultCatalog.filter((entry) => entry.row === row);
      expect([row, new Set(entries.map(({ variant }) => nameOf(variant)))]).toEqual([row, new Set(variants)]);
    }
    const rows = new Set<string>(faultCatalog.map(({ row }) => row));
    expect(rows).toEqual(new Set([...Object.keys(table), "history"]));
  });

  it("names each entry once", () => {
    const names = faultCatalog.map(({ row, variant, command }) => `${row} | ${variant} | ${command}`);
    expect(names).toEqual([...new Set(names)]);
  });

  it("has an entry for every mode a fault can have", () => {
    const modes = new Map<FaultEffect["group"], Set<string>>();
    for (const { effect } of faultCatalog.flatMap(({ faults }) => faults)) {
      if (!("mode" in effect)) continue;
      modes.set(effect.group, (modes.get(effect.group) ?? new Set()).add(effect.mode));
    }
    expect(Object.fromEntries([...modes].map(([group, found]) => [group, found.size]))).toEqual({
      start: 5,
      hang: 7,
      stdout: 17,
      stderr: 4,
      delivery: 11,
      session: 3,
      server: 9,
      system: 5,
      lock: 3,
      history: 3,
    });
  });
});

describe("staging", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "zca-catalog-"));
  let world: World;
  let uid: string;
  beforeAll(() => {
    world = createWorld(folder);
    uid = world.addAccount({ displayName: "Trợ lý" }).uid;
    world.logIn("work", uid);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(faultCatalog.map((entry) => [`${entry.row}: ${entry.variant} (${entry.command})`, entry] as const))(
    "sets up and undoes %s",
    (_, entry) => {
      const before = JSON.stringify(world.settings());
      const staged = entry.stage(world, "work");
      const { faults } = world.settings();
      for (const { match } of faults) expect(["work", undefined]).toContain(match?.profile);
      if (entry.faults.length > 0) expect(faults).toHaveLength(entry.faults.length);
      staged.undo();
      expect(JSON.stringify(world.settings())).toBe(before);
      expect(world.listenerPid("work")).toBeUndefined();
      expect(world.accountOf("work")).toBe(uid);
    },
  );

  it("names the profile it is staged for in the program's texts", () => {
    const entry = faultCatalog.find(({ variant }) => variant.includes("has no credentials"));
    entry?.stage(world, "work");
    expect(world.settings().faults[0]?.effect).toMatchObject({
      error: 'Profile "work" has no credentials. Run: auth login',
    });
    world.setFaults([]);
  });
});
