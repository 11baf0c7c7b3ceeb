// Runs one task of this repository: `node scripts/run.mjs <task> [arguments]`.
// Sets up what the task needs first (a supported Node.js, the dependencies), so a fresh checkout needs nothing else.
// Plain JavaScript for Node 20: it runs before anything is installed.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { ensureNode } from "./node-runtime.mjs";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

const clean = ["clean"];
const build = ["tsc", "-p", "tsconfig.json"];
const unit = ["vitest", "run", "--project", "unit"];

/** Each step is the name of an installed program (or of a script of ours) and its arguments. */
const tasks = {
  build: [clean, build],
  format: [["oxfmt"]],
  lint: [["oxlint", "--type-aware"]],
  manifest: [clean, build, ["scripts/manifest.ts", "--write"]],
  unit: [clean, build, unit],
  test: [clean, build, ["vitest", "run"]],
  check: [
    ["oxfmt", "--check"],
    ["oxlint", "--type-aware"],
    clean,
    build,
    ["tsc", "-p", "test/tsconfig.json"],
    ["scripts/manifest.ts", "--check"],
    unit,
    ["knip"],
    ["publint", "--strict"],
  ],
  demo: [clean, build, ["test/demo/demo.ts"]],
};

const [taskName = "", ...rest] = process.argv.slice(2);
const steps = tasks[taskName];
if (!steps) {
  console.error(`Unknown task "${taskName}". Tasks: ${Object.keys(tasks).join(", ")}.`);
  process.exit(2);
}

try {
  const node = ensureNode(root);
  ensureDependencies(node);
  steps.forEach((step, index) => runStep(node, step, index === steps.length - 1 ? rest : []));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

function ensureDependencies(node) {
  const stamp = path.join(root, "node_modules", ".zalouser-install");
  const lock = readFileSync(path.join(root, "package-lock.json"));
  const wanted = createHash("sha256").update(lock).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  console.log(
    "Installing dependencies, the OpenClaw host among them (about 900 MB on disk, once; one to three minutes) …",
  );
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const { status } = spawnSync("npm", args, { cwd: root, stdio: "inherit", env: environment(node) });
  if (status !== 0) throw new Error("npm ci failed; its message stands above.");
  mkdirSync(path.dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
}

function runStep(node, [program, ...args], extra) {
  if (program === "clean") {
    rmSync(path.join(root, "dist"), { recursive: true, force: true });
    return;
  }
  const script = program.startsWith("scripts/") || program.startsWith("test/");
  const entry = script ? path.join(root, program) : path.join(root, "node_modules", ".bin", program);
  const { status, signal } = spawnSync(node, [entry, ...args, ...extra], {
    cwd: root,
    stdio: "inherit",
    env: environment(node),
  });
  if (signal) throw new Error(`${program} was ended by ${signal}.`);
  if (status !== 0) process.exit(status ?? 1);
}

/** Children must find the same Node.js first: the simulated `zca` and the host start through `env node`. */
function environment(node) {
  return { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ""}` };
}
