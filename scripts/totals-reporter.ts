import type { Reporter } from "vitest/node";

interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

/** Says at the very end how many tests ran in each project, then `N passed, N failed` alone on a line, for CI. */
export default function createTotalsReporter(): Reporter {
  return {
    onTestRunEnd(modules, unhandledErrors) {
      const projects = new Map<string, Totals>();
      for (const module of modules) {
        const totals = projects.get(module.project.name) ?? { passed: 0, failed: 0, skipped: 0 };
        projects.set(module.project.name, totals);
        // A file that cannot be loaded, or a hook that throws, is a failure without a test.
        totals.failed += module.errors().length;
        for (const suite of module.children.allSuites()) totals.failed += suite.errors().length;
        for (const test of module.children.allTests()) {
          const { state } = test.result();
          totals[state === "pending" ? "failed" : state] += 1;
        }
      }
      const lines = [...projects].map(([name, { passed, failed, skipped }]) => {
        const rest = skipped === 0 ? "" : `, ${skipped} skipped`;
        return `${name}: ${passed + failed} tests ran${rest}`;
      });
      const all = [...projects.values()];
      const passed = all.reduce((sum, totals) => sum + totals.passed, 0);
      const failed = all.reduce((sum, totals) => sum + totals.failed, unhandledErrors.length);
      // Behind the summary of the other reporter, whatever order they are asked in.
      process.once("exit", () => {
        process.stdout.write(`\n${[...lines, `${passed} passed, ${failed} failed`].join("\n")}\n`);
      });
    },
  };
}
