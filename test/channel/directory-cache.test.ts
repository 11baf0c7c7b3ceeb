import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { openAccountState } from "../../src/channel/account/state.ts";
import { cached, forgetDirectory, forgetGroups } from "../../src/channel/operate/directory-cache.ts";

let folder: string;
const names = z.array(z.string());
const friends = ["Lan Phạm", "Huy Đặng 🙂"];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "zalouser-directory-"));
  vi.stubEnv("OPENCLAW_STATE_DIR", folder);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test("simultaneous readers cost one call, later ones none for ten minutes", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const read = vi.fn(async () => friends);
  await Promise.all([cached("work", "friends", names, read), cached("work", "friends", names, read)]);
  vi.advanceTimersByTime(9 * 60_000);
  expect(await cached("work", "friends", names, read)).toEqual(friends);
  expect(read).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(2 * 60_000);
  await cached("work", "friends", names, read);
  expect(read).toHaveBeenCalledTimes(2);
});

test("a failed read is told and not remembered", async () => {
  await expect(cached("work", "friends", names, () => Promise.reject(new Error("mạng lỗi")))).rejects.toThrowError(
    "mạng lỗi",
  );
  expect(await cached("work", "friends", names, async () => friends)).toEqual(friends);
});

test("another person's list is never taken for one's own", async () => {
  const { login } = openAccountState("work");
  login.write({ uid: "3300912847765512008", atMs: 1, byLogin: true });
  await cached("work", "friends", names, async () => friends);
  login.write({ uid: "4400912847765512008", atMs: 2, byLogin: true });
  expect(await cached("work", "friends", names, async () => ["Mai"])).toEqual(["Mai"]);
});

test("the files are private, per account, and go when they are to be forgotten", async () => {
  await cached("work", "friends", names, async () => friends);
  const directory = path.join(openAccountState("work").folder, "directory");
  const [file = ""] = readdirSync(directory);
  expect(statSync(path.join(directory, file)).mode & 0o777).toBe(0o600);
  const other = vi.fn(async () => []);
  await cached("shop", "friends", names, other);
  expect(other).toHaveBeenCalledOnce();
  forgetDirectory("work");
  expect(await cached("work", "friends", names, async () => ["Mai"])).toEqual(["Mai"]);
});

test("a changed group is read anew, and friends stay friends", async () => {
  for (const name of ["friends", "groups", "members-7044519283300761122"])
    await cached("work", name, names, async () => friends);
  forgetGroups("work");
  const anew = vi.fn(async () => ["Mai"]);
  expect(await cached("work", "friends", names, anew)).toEqual(friends);
  expect(await cached("work", "groups", names, anew)).toEqual(["Mai"]);
  expect(await cached("work", "members-7044519283300761122", names, anew)).toEqual(["Mai"]);
  expect(() => forgetGroups("never-read")).not.toThrow();
});
