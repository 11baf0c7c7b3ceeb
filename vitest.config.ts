import { defineConfig } from "vitest/config";

/** `unit` needs no host; `gateway` boots real OpenClaw gateways, one at a time. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts", "sim/**/*.test.ts"],
          exclude: ["test/gateway/**"],
          testTimeout: 120_000,
          // Most of these tests wait for processes rather than compute.
          maxWorkers: 6,
        },
      },
      {
        test: {
          name: "gateway",
          include: ["test/gateway/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
