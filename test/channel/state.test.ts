import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openAccountState } from "../../src/channel/account/state.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "zalouser-state-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const login = { uid: "3300912847765512008", displayName: "Trợ lý Ánh", atMs: 1, byLogin: true };

test("what is written is read back, in files nobody else can read", () => {
  const state = openAccountState("work", folder);
  state.login.write(login);
  expect(openAccountState("work", folder).login.read()).toEqual(login);
  expect(statSync(state.login.path).mode & 0o777).toBe(0o600);
  expect(statSync(state.folder).mode & 0o777).toBe(0o700);
});

test("accounts do not see each other's files", () => {
  openAccountState("work", folder).login.write(login);
  expect(openAccountState("shop", folder).login.read()).toBeUndefined();
});

test.each(["", "{", "null", '{"uid":5}', "\u0000"])("a broken file (%j) is the same as none", (content) => {
  const state = openAccountState("work", folder);
  state.login.write(login);
  writeFileSync(state.login.path, content);
  expect(state.login.read()).toBeUndefined();
});

test("a write leaves no draft behind and changes the version", () => {
  const state = openAccountState("work", folder);
  expect(state.login.version()).toBe(0);
  state.login.write(login);
  expect(state.login.version()).toBeGreaterThan(0);
  expect(readdirSync(state.folder)).toEqual(["login.json"]);
});

test("a folder that cannot be written is named with its remedy", () => {
  writeFileSync(path.join(folder, "file"), "");
  const state = openAccountState("work", path.join(folder, "file"));
  expect(() => state.login.write(login)).toThrowError(/Zalo account "work".*STATE_UNWRITABLE/su);
});
