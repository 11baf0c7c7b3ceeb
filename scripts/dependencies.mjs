// Installs what package-lock.json names, once per content of that file.
// Plain JavaScript for Node 20: it runs before anything is installed.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { runNpm } from "./child.mjs";

/** Whether node_modules is what package-lock.json asks for, tools included. */
export function hasDependencies(root) {
  const stamp = stampOf(root);
  return hasTools(root) && existsSync(stamp) && readFileSync(stamp, "utf8") === wantedBy(root);
}

export async function installDependencies(root, options) {
  console.log(
    "Installing dependencies, the OpenClaw host among them (about 900 MB on disk, once; one to three minutes) …",
  );
  // Said outright: `npm pack --dry-run` and NODE_ENV=production reach us as settings of npm.
  const settings = ["--include=dev", "--dry-run=false", "--global=false"];
  const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const wanted = wantedBy(root);
  const code = await runNpm(["ci", ...settings, ...quiet], { ...options, cwd: root });
  if (code !== 0) throw new Error("npm ci failed; its message stands above.");
  if (!hasTools(root)) throw new Error("npm ci ended well but installed no tools; look at the settings of npm.");
  writeFileSync(stampOf(root), wanted);
}

function stampOf(root) {
  return path.join(root, "node_modules", ".zalouser-install");
}

function wantedBy(root) {
  return createHash("sha256")
    .update(readFileSync(path.join(root, "package-lock.json")))
    .digest("hex");
}

function hasTools(root) {
  return existsSync(path.join(root, "node_modules", ".bin", "tsc"));
}
