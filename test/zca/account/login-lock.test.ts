import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { acquireLoginLock } from "../../../src/zca/account/login-lock.ts";
import { systemProcessTable } from "../../../src/zca/process/process-table.ts";

describe("the login lock", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "zalouser-lock-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const acquire = (profile = "work") =>
    acquireLoginLock({ folder: path.join(folder, "locks"), profile, accountId: profile });
  const plant = (content: string): void => {
    mkdirSync(path.join(folder, "locks"), { recursive: true });
    writeFileSync(path.join(folder, "locks", "login-work.json"), content);
  };

  test("admits one login per profile at a time and leaves nothing behind", () => {
    const release = acquire();
    expect(() => acquire()).toThrow(expect.objectContaining({ code: "LOGIN_IN_PROGRESS", accountId: "work" }));
    const other = acquire("home");
    release();
    acquire()();
    other();
    expect(readdirSync(path.join(folder, "locks"))).toEqual([]);
  });

  test("is private", () => {
    const release = acquire();
    expect(statSync(path.join(folder, "locks")).mode & 0o777).toBe(0o700);
    expect(statSync(path.join(folder, "locks", "login-work.json")).mode & 0o777).toBe(0o600);
    release();
  });

  test("does not count when its process is gone, its pid reused, or its content broken", () => {
    const gone = JSON.stringify({ pid: 2 ** 22 + 1, startToken: "x" });
    const reused = JSON.stringify({ pid: process.ppid, startToken: "another start" });
    for (const content of [gone, reused, "{", ""]) {
      plant(content);
      acquire()();
    }
  });

  test("counts while another living process holds it", () => {
    plant(JSON.stringify({ pid: process.ppid, startToken: systemProcessTable.describe(process.ppid)?.startToken }));
    expect(() => acquire()).toThrow(/LOGIN_IN_PROGRESS/);
    expect(readdirSync(path.join(folder, "locks"))).toEqual(["login-work.json"]);
  });
});
