import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import { processesOf } from "../gateway/rig/processes.ts";
import { createSession } from "./session.ts";
import { createWorkbench } from "./workbench.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));

// Both look at the same folder, so they stand in one file.
test("a session that cannot be opened leaves no folder behind", async () => {
  const temp = mkdtempSync(path.join(tmpdir(), "zalouser-tạm-"));
  const benches = () => readdirSync(path.join(repository, ".tools")).filter((name) => name.startsWith("dev-"));
  const before = benches();
  vi.stubEnv("TMPDIR", temp);
  vi.stubEnv("PATH", temp); // No npm, as when it is interrupted.
  await expect(createSession(repository)).rejects.toThrowError(/npm/u);
  vi.unstubAllEnvs();
  expect(benches().filter((name) => !before.includes(name))).toEqual([]);
  expect(readdirSync(temp)).toEqual([]);
  rmSync(temp, { recursive: true });
});

test("an end in the middle of a build leaves neither compiler nor folder", async () => {
  const bench = createWorkbench(repository);
  const stop = new AbortController();
  const build = bench.build(stop.signal);
  stop.abort();
  await bench.dispose();
  expect(await processesOf(bench.folder)).toEqual([]);
  expect(existsSync(bench.folder)).toBe(false);
  expect(await build).toMatchObject({ ok: false });
});
