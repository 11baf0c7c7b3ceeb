import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { collect } from "../../../src/zca/process/collect.ts";
import { systemProcessTable } from "../../../src/zca/process/process-table.ts";
import { spawnChild } from "../../../src/zca/process/spawn.ts";

const patient = { timeoutMs: 60_000, graceMs: 200, maxOutputBytes: 1024 * 1024 };
let folder = "";

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "zalouser-late-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Holds this thread up, as other work or a busy machine does. */
function holdUp(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

const shell = (script: string) => ({ file: "/bin/sh", args: ["-c", script], env: { PATH: "/usr/bin:/bin" } });

test("the answer of a call is read although its end was noticed first and this process was held up then", async () => {
  const [go, done] = [path.join(folder, "go"), path.join(folder, "done")];
  const other = spawnChild(shell("echo xong"));
  let isHeldUp = false;
  const answering = spawnChild(
    shell(`while [ ! -e '${go}' ]; do sleep 0.01; done; echo 'Mã tin nhắn: 7654321000001'; : > '${done}'`),
    {
      ...systemProcessTable,
      // Asked when its end is known, before its pipe is given up.
      groupAlive() {
        setImmediate(() => {
          isHeldUp = true;
          holdUp(600);
        });
        return false;
      },
    },
  );
  // While the output of another call is looked at, this one answers and ends; both ends are then noticed together.
  other.stdout?.once("data", () => {
    writeFileSync(go, "");
    while (!existsSync(done)) holdUp(10);
    while (answering.pid !== undefined && !systemProcessTable.isZombie(answering.pid)) holdUp(10);
  });
  const answer = collect(answering, patient);
  // So that output and end of the other call are found at the same time.
  holdUp(300);
  await other.exited;
  const { stdout, ending } = await answer;
  expect(ending).toEqual({ kind: "exit", code: 0 });
  expect(isHeldUp).toBe(true);
  expect(stdout).toBe("Mã tin nhắn: 7654321000001\n");
});
