import { beforeEach, expect, test } from "vitest";
import { openWindDown, type WindDown } from "../../src/channel/operate/wind-down.ts";

let done: string[];
let problems: string[];
let ending: WindDown;

beforeEach(() => {
  [done, problems] = [[], []];
  ending = openWindDown((what, error) => void problems.push(`${what}: ${String(error)}`));
});

test("a part that cannot be stopped keeps no other running, and is told once", async () => {
  ending.stop("tên", async () => Promise.reject(new Error("ổ đĩa hỏng")));
  ending.stop("tin nhắn", async () => void done.push("tin nhắn"));
  ending.afterwards("canh đăng nhập", () => {
    throw new Error("không đọc được");
  });
  ending.afterwards("giám sát", () => void done.push("giám sát"));
  ending.begin();
  await ending.finish();
  expect(done).toEqual(["tin nhắn", "tin nhắn", "giám sát"]);
  expect(problems).toEqual(["tên: Error: ổ đĩa hỏng", "canh đăng nhập: Error: không đọc được"]);
});

test("what comes afterwards waits until everything has stopped", async () => {
  let release = () => {};
  ending.stop("chậm", async () => {
    await new Promise<void>((resolve) => (release = resolve));
    done.push("chậm");
  });
  ending.afterwards("sau cùng", () => void done.push("sau cùng"));
  const finished = ending.finish();
  release();
  await finished;
  expect(done).toEqual(["chậm", "sau cùng"]);
});
