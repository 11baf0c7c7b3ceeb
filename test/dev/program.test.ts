import { expect, test } from "vitest";
import { startProgram } from "../gateway/rig/program.ts";

test("a program without a limit of time is not ended, as a development gateway must not be after an hour", async () => {
  const quiet = { env: {}, cwd: process.cwd(), timeoutMs: Number.POSITIVE_INFINITY };
  const { exited } = startProgram(process.execPath, ["-e", "setTimeout(() => console.log('xong'), 300)"], quiet);
  expect(await exited).toMatchObject({ code: 0, signal: null, stdout: "xong\n" });
});
