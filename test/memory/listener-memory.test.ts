import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

test("50 MB of listener output, half of it one line without a newline, leave nothing behind and cost what a bare loop costs", async () => {
  const program = fileURLToPath(new URL("listener-memory.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program, "--mb", "50", "--endless-mb", "25"]);
  expect(stdout).toMatch(/^OK: retained /mu);
}, 120_000);
