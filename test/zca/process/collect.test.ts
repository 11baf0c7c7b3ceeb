import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { collect } from "../../../src/zca/process/collect.ts";
import type { ChildHandle, Ending } from "../../../src/zca/process/spawn.ts";

/** A child that ends only by force; notes how long it was given. */
function stubborn(): { readonly child: ChildHandle; readonly graces: number[] } {
  const graces: number[] = [];
  const { promise: exited, resolve } = Promise.withResolvers<Ending>();
  const child: ChildHandle = {
    pid: 7,
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    exited,
    kill: () => true,
    terminate({ graceMs }) {
      graces.push(graceMs);
      resolve({ kind: "signal", signal: "SIGKILL" });
      return exited;
    },
  };
  return { child, graces };
}

test("a cancelled call is killed within a second, however patient a timeout would be", async () => {
  const { child, graces } = stubborn();
  const options = { timeoutMs: Number.POSITIVE_INFINITY, graceMs: 2_000, maxOutputBytes: 10 };
  const result = await collect(child, { ...options, signal: AbortSignal.abort() });
  expect(result.stopped).toBe("abort");
  expect(graces).toEqual([1_000]);
});

test("a call that ran too long keeps its whole grace", async () => {
  const { child, graces } = stubborn();
  const result = await collect(child, { timeoutMs: 1, graceMs: 2_000, maxOutputBytes: 10 });
  expect(result.stopped).toBe("timeout");
  expect(graces).toEqual([2_000]);
});
