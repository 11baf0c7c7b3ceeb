import { defineConfig } from "vitest/config";

/** Most of these tests wait for processes rather than compute. The same for both projects, or one would wait for the other. */
const maxWorkers = 6;

/** `unit` needs no host; `gateway` boots real OpenClaw gateways, one at a time, beside the others. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts", "sim/**/*.test.ts"],
          exclude: ["test/gateway/**"],
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
    ],
  },
});
