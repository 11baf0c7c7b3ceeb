// Runs one task of this repository: `node scripts/run.mjs <task> [arguments]`.
// Sets up what the task needs first (a supported Node.js, the dependencies), so a fresh checkout needs nothing else.
// Plain JavaScript for Node 20: it runs before anything is installed.
import { rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { runChild } from "./child.mjs";
import { hasDependencies, installDependencies } from "./dependencies.mjs";
import { holderVariable, takeLock } from "./lock.mjs";
import { fetchNode, findNode } from "./node-runtime.mjs";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

const clean = ["clean"];
const build = ["tsc", "-p", "tsconfig.json"];
const unit = ["vitest", "run", "--project", "unit"];
const inspection = [
  ["oxfmt", "--check"],
  ["oxlint", "--type-aware"],
  clean,
  build,
  ["tsc", "-p", "test/tsconfig.json"],
  ["scripts/manifest.ts", "--check"],
  ["knip"],
  ["publint", "--strict"],
];

/** Each step is the name of an installed program (or of a script of ours) and its arguments. */
const tasks = {
  build: [clean, build],
  format: [["oxfmt"]],
  lint: [["oxlint", "--type-aware"]],
  manifest: [["scripts/manifest.ts", "--write"]],
  unit: [clean, build, unit],
  "test:install": [clean, build, ["vitest", "run", "--project", "install"]],
  "test:ui": [clean, build, ["vitest", "run", "--project", "ui"]],
  test: [
    clean,
    build,
    [
      "vitest",
      "run",
      "--project",
      "unit",
      "--project",
      "gateway",
      "--reporter=default",
      "--reporter=./scripts/totals-reporter.ts",
    ],
  ],
  inspect: inspection,
  check: [...inspection, unit],
  demo: [clean, build, ["test/demo/demo.ts"]],
  // Builds into a folder of its own: other tasks may run beside it.
  dev: [["test/dev/dev.ts"]],
  replay: [clean, build, ["test/replay/replay.ts"]],
  release: [clean, build, ["scripts/release.ts"]],
  faults: [clean, build, ["test/harness/faults.ts"]],
  soak: [clean, build, ["test/harness/soak.ts"]],
  "crash-points": [clean, build, ["test/harness/crash-points.ts"]],
  fuzz: [["vitest", "run", "--project", "unit", "test/fuzz"]],
  bench: [clean, build, ["bench/bench.ts"]],
  memory: [["test/memory/listener-memory.ts"]],
};

/** What a task sets unless its caller has. */
const defaults = { fuzz: { FUZZ_RUNS: "100000" } };

/** Options of a task that mean a variable; the program behind the task does not know them. */
const switches = { "test:ui": { "--screenshots": { ZALOUSER_SCREENSHOTS: "1" } } };

const [taskName = "", ...given] = process.argv.slice(2);
const known = switches[taskName] ?? {};
const rest = given.filter((argument) => !Object.hasOwn(known, argument));
const steps = Object.hasOwn(tasks, taskName) ? tasks[taskName] : undefined;
if (!steps) {
  console.error(`Unknown task "${taskName}". Tasks: ${Object.keys(tasks).join(", ")}.`);
  process.exit(2);
}

try {
  process.exitCode = await runTask();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = error?.exitCode ?? 1;
}

/** Exit code of the first step that fails, else 0. */
async function runTask() {
  // What neither installs nor builds may run beside another task.
  const builds = steps.includes(clean);
  const isAlone = builds || findNode(root) === undefined || !hasDependencies(root);
  const lock = isAlone ? await takeLock(path.join(root, ".tools", "lock")) : undefined;
  const node = findNode(root) ?? (await fetchNode(root, lock?.watch));
  if (!hasDependencies(root)) {
    await installDependencies(root, { env: environment(node, lock?.holder), onStart: lock?.watch });
  }
  // A task that only had to set up lets others go on: a development gateway runs for hours.
  if (!builds) lock?.release();
  const options = builds ? { env: environment(node, lock?.holder), onStart: lock?.watch } : { env: environment(node) };
  for (const [index, [program, ...args]] of steps.entries()) {
    if (program === "clean") {
      rmSync(path.join(root, "dist"), { recursive: true, force: true });
      continue;
    }
    const extra = index === steps.length - 1 ? rest : [];
    const { exitCode } = await runChild(node, [entryOf(program), ...args, ...extra], { ...options, cwd: root });
    if (exitCode !== 0) return exitCode;
  }
  return 0;
}

function entryOf(program) {
  const isOurs = ["bench/", "scripts/", "test/"].some((folder) => program.startsWith(folder));
  return isOurs ? path.join(root, program) : path.join(root, "node_modules", ".bin", program);
}

/** Children must find the same Node.js first: the simulated `zca` and the host start through `env node`. */
function environment(node, holder) {
  const found = {
    // The host is a large program that starts hundreds of times in a test run.
    NODE_COMPILE_CACHE: path.join(root, "node_modules", ".cache", "compiled"),
    ...defaults[taskName],
    ...process.env,
    ...Object.assign({}, ...given.map((argument) => known[argument] ?? {})),
    PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ""}`,
  };
  return holder === undefined ? found : { ...found, [holderVariable]: holder };
}
