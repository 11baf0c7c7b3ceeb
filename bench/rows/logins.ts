import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Bar, Row } from "../row.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));
const vitest = path.join(root, "node_modules", ".bin", "vitest");

interface Told {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly meta?: { readonly bench?: Readonly<Record<string, number>> } }[];
  }[];
}

const bars: Readonly<Record<string, Bar>> = {
  "logins of a dead session in 24 h, 10 restarts, 10 config writes": { of: "value", at: "most", limit: 1 },
  "tries in an hour of an account thrown out": { of: "value", at: "most", limit: 3 },
  "logins of a quiet account in 24 h": { of: "value", at: "most", limit: 50 },
};

/** The simulated days of `npm test`, which count what would reach Zalo. */
export const logins: Row = {
  name: "logins",
  async run() {
    const folder = mkdtempSync(path.join(tmpdir(), "zalouser-bench-"));
    const outputFile = path.join(folder, "days.json");
    try {
      const args = [vitest, "run", "--project", "unit", "test/endings/day.test.ts", "--reporter=json"];
      await run(process.execPath, [...args, `--outputFile=${outputFile}`], { cwd: root, maxBuffer: 64 * 1024 * 1024 });
      const { testResults } = JSON.parse(readFileSync(outputFile, "utf8")) as Told;
      const told = testResults.flatMap(({ assertionResults }) =>
        assertionResults.flatMap(({ meta }) => Object.entries(meta?.bench ?? {})),
      );
      return Object.entries(bars).map(([name, bar]) => {
        const samples = told.filter(([of]) => of === name).map(([, value]) => value);
        if (samples.length === 0) throw new Error(`No simulated day tells "${name}".`);
        // The worst day counts.
        return { name, unit: "", samples: [Math.max(...samples)], bar };
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
