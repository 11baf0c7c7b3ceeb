import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "vitest";
import type { Host } from "./host.ts";

/** Two runs of reading back keep ten minutes' distance; nobody wants to wait for that here. The gateway must not run. */
export async function tenMinutesLater({ folders }: Host): Promise<void> {
  const file = path.join(folders.state, "zalouser", "accounts", "default", "catch-up.json");
  const ledger = JSON.parse(await readFile(file, "utf8"));
  expect(ledger.coverage.lastRunAtMs).toBeGreaterThan(0);
  await writeFile(file, JSON.stringify({ ...ledger, coverage: { ...ledger.coverage, lastRunAtMs: 0 } }));
}
