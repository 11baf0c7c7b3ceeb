import { defineConfig } from "vitest/config";
import { LongestFirst } from "./scripts/longest-first.ts";

/** Most of these tests wait for processes rather than compute. The same for both projects, or one would wait for the other. */
const maxWorkers = 4;

/** `unit` needs no host; `gateway` boots real OpenClaw gateways, one at a time, beside the others; `install`
 * installs, upgrades and leaves; `ui` looks at screens. */
export default defineConfig({
  test: {
    maxConcurrency: 3,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts", "sim/**/*.test.ts"],
          exclude: ["test/gateway/**", "test/install/**", "test/ui/**"],
          globalSetup: ["test/state-folders.ts"],
          setupFiles: ["test/behind-gateways.ts"],
          isolate: false,
          testTimeout: 120_000,
          maxWorkers,
        },
      },
      {
        test: {
          name: "gateway",
          include: ["test/gateway/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          maxWorkers,
        },
      },
      {
        test: {
          name: "install",
          include: ["test/install/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          // Two gateways at a time: more would fight for the processors.
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: "ui",
          include: ["test/ui/**/*.test.ts"],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
