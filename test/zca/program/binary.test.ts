import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findBinary } from "../../../src/zca/program/binary.ts";

describe("finding the binary", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "zalouser-binary-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const program = (name: string, mode = 0o755): string => {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, "#!/bin/sh\n");
    chmodSync(file, mode);
    return file;
  };
  const find = (options: { configured?: string; env?: Record<string, string> } = {}) =>
    findBinary({
      configured: options.configured,
      env: options.env ?? { PATH: folder },
      accountId: "work",
      configPath: "channels.zalouser.accounts.work.zcaBinary",
    });

  test("prefers the config, then ZCA_BINARY, then zca, then openzca on PATH", () => {
    const configured = program("thư mục/zca của tôi");
    const fromEnv = program("other");
    const openzca = program("openzca");
    const env = { PATH: folder, ZCA_BINARY: fromEnv };
    expect(find({ configured, env })).toMatchObject({ path: configured, source: "config" });
    expect(find({ env })).toMatchObject({ path: fromEnv, source: "env" });
    expect(find()).toMatchObject({ path: openzca, source: "path" });
    const zca = program("zca");
    expect(find()).toMatchObject({ path: zca, source: "path" });
    expect(find().mtimeMs).toBeGreaterThan(0);
  });

  test("looks a bare configured name up on PATH", () => {
    const file = program("my-zca");
    expect(find({ configured: "my-zca" })).toMatchObject({ path: file, source: "config" });
  });

  test("skips folders and files without execute permission on PATH", () => {
    mkdirSync(path.join(folder, "zca"));
    const openzca = program("openzca");
    expect(find().path).toBe(openzca);
  });

  test("never takes a program from a relative PATH entry", () => {
    program("zca");
    expect(() => find({ env: { PATH: `.:${path.relative(process.cwd(), folder)}` } })).toThrow(/ZCA_NOT_FOUND/);
  });

  test.each([
    ["is missing", "nothing-here", "ZCA_NOT_FOUND", "does not exist"],
    ["is a folder", "", "ZCA_NOT_EXECUTABLE", "is a folder, not a program"],
    ["lies beneath a file", "plain/zca", "ZCA_NOT_FOUND", "does not exist"],
  ])("says which setting is wrong when the program %s", (_case, name, code, words) => {
    program("plain", 0o644);
    const configured = path.join(folder, name);
    expect(() => find({ configured })).toThrow(
      expect.objectContaining({
        code,
        message: expect.stringMatching(
          new RegExp(`account "work".*channels\\.zalouser\\.accounts\\.work\\.zcaBinary.*${words}`, "s"),
        ) as string,
      }),
    );
  });

  // For root every file with any execute bit is executable, so there must be none.
  test("says so when the file is not executable", () => {
    const configured = program("plain", 0o644);
    expect(() => find({ configured })).toThrow(expect.objectContaining({ code: "ZCA_NOT_EXECUTABLE" }));
  });

  test("says so when nothing is on PATH", () => {
    expect(() => find()).toThrow(expect.objectContaining({ code: "ZCA_NOT_FOUND" }));
    expect(() => find({ configured: "nicht-da" })).toThrow(/"nicht-da".*PATH/);
  });
});
