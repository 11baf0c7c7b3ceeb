import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { processesOf } from "../gateway/rig/processes.ts";
import { createWorkbench } from "./workbench.ts";

test("an end in the middle of a build leaves neither compiler nor folder", async () => {
  const bench = createWorkbench(fileURLToPath(new URL("../..", import.meta.url)));
  const stop = new AbortController();
  const build = bench.build(stop.signal);
  stop.abort();
  await bench.dispose();
  expect(await processesOf(bench.folder)).toEqual([]);
  expect(existsSync(bench.folder)).toBe(false);
  expect(await build).toMatchObject({ ok: false });
});
