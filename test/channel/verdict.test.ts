import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { resolveAccount } from "../../src/channel/account/accounts.ts";
import { pronounce, standingVerdict, verdictError } from "../../src/channel/account/verdict.ts";

let folder: string;
let binary: string;
let credentials: string;
const account = () => resolveAccount({ channels: { zalouser: { zcaBinary: binary } } });
const verdict = { kind: "login-refused", detail: "Đăng nhập thất bại", atMs: 5 } as const;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "zalouser-verdict-"));
  binary = path.join(folder, "zca");
  writeFileSync(binary, "#!/bin/sh\n");
  chmodSync(binary, 0o755);
  credentials = path.join(folder, "openzca", "profiles", "default", "credentials.json");
  mkdirSync(path.dirname(credentials), { recursive: true });
  writeFileSync(credentials, "{}");
  vi.stubEnv("OPENCLAW_STATE_DIR", path.join(folder, "state"));
  vi.stubEnv("OPENZCA_HOME", path.join(folder, "openzca"));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test("a verdict stands over any number of gateway restarts", () => {
  pronounce(account(), verdict);
  for (let restart = 0; restart < 10; restart += 1) expect(standingVerdict(account())).toMatchObject(verdict);
});

test.each([
  ["a changed login", () => utimesSync(credentials, 10, 10)],
  ["a changed program", () => utimesSync(binary, 10, 10)],
  ["a program that went away", () => rmSync(binary)],
])("%s lifts it", (_what, change) => {
  pronounce(account(), verdict);
  change();
  expect(standingVerdict(account())).toBeUndefined();
});

test("a command in a shell with another PATH and HOME neither lifts nor removes it", () => {
  pronounce(account(), verdict);
  vi.stubEnv("OPENZCA_HOME", path.join(folder, "other"));
  vi.stubEnv("HOME", path.join(folder, "other"));
  vi.stubEnv("PATH", "/usr/bin");
  expect(standingVerdict(account())).toMatchObject(verdict);
  vi.stubEnv("OPENZCA_HOME", path.join(folder, "openzca"));
  expect(standingVerdict(account())).toMatchObject(verdict);
});

test("another configured program lifts it", () => {
  pronounce(account(), verdict);
  binary = "openzca";
  expect(standingVerdict(account())).toBeUndefined();
});

test("a missing license is no lasting verdict: activating one leaves no trace we could see", () => {
  pronounce(account(), { kind: "unlicensed", detail: "", atMs: 5 });
  expect(standingVerdict(account())).toBeUndefined();
});

test("what the operator reads names the account and the exact command", () => {
  const { message } = verdictError("work", { kind: "logged-out", detail: "" });
  expect(message).toBe(
    'Zalo account "work": There is no Zalo login. Run: openclaw channels login --channel zalouser --account work [ZCA_LOGGED_OUT]',
  );
});
