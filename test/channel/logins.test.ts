import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { countLogin, loginsOfDay } from "../../src/channel/account/logins.ts";
import { openAccountState } from "../../src/channel/account/state.ts";

const hourMs = 60 * 60_000;
const now = Date.UTC(2026, 10, 22, 12);
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "zalouser-logins-"));
  vi.stubEnv("OPENCLAW_STATE_DIR", folder);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test("counts the logins of the last 24 hours by kind, and no call that asks nothing of Zalo", () => {
  countLogin("work", "listen", now - 25 * hourMs);
  countLogin("work", "listen", now - 23 * hourMs);
  countLogin("work", "send", now);
  countLogin("work", "send", now);
  countLogin("work", "handshake", now);
  countLogin("work", "logout", now);
  countLogin("home", "send", now);
  expect(loginsOfDay("work", now)).toEqual({ total: 3, byKind: { listen: 1, send: 2 } });
});

test("nothing is known of an account that never called, or of a file that cannot be read", () => {
  expect(loginsOfDay("new", now)).toEqual({ total: 0, byKind: {} });
  countLogin("work", "send", now);
  writeFileSync(path.join(openAccountState("work").folder, "logins.log"), "\0\0 hỏng\n1 2 3\n");
  expect(loginsOfDay("work", now)).toEqual({ total: 0, byKind: {} });
});

test("a day of heavy sending stays one small private file with the same sum", () => {
  for (let call = 0; call < 9_000; call += 1) countLogin("work", "send", now - 20 * hourMs + call * 7_000);
  const { folder: own } = openAccountState("work");
  expect(readdirSync(own)).toEqual(["logins.log"]);
  const { size, mode } = statSync(path.join(own, "logins.log"));
  expect(size).toBeLessThan(70 * 1024);
  expect(mode & 0o777).toBe(0o600);
  expect(loginsOfDay("work", now)).toEqual({ total: 9_000, byKind: { send: 9_000 } });
});
