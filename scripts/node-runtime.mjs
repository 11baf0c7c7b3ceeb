// Finds a Node.js that the OpenClaw host accepts, or fetches one through npm into .tools/ of this checkout.
// Plain JavaScript for Node 20: it runs before anything is installed.
import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { runNpm } from "./child.mjs";

const fetchedVersion = "24.21.0";
/** The host's own range, in words; `engines` in package.json says the same. */
const range = "24.16 or newer 24.x, or 26.1 and newer";

/** Path of a supported Node.js executable, absolute, or undefined when none is here yet. */
export function findNode(root) {
  if (isSupported(process.version)) return process.execPath;
  const { executable } = place(root);
  return runs(executable) ? executable : undefined;
}

/** Fetches what `findNode` then finds. */
export async function fetchNode(root, onStart) {
  const { name, prefix, executable } = place(root);
  console.log(
    `This machine runs Node ${process.version}; OpenClaw needs ${range}.\n` +
      `Fetching ${name}@${fetchedVersion} from npm into .tools/ (about 120 MB, once) …`,
  );
  // What an interrupted fetch left behind would be taken for complete.
  rmSync(prefix, { recursive: true, force: true });
  const quiet = ["--no-save", "--no-audit", "--no-fund", "--loglevel=error", "--dry-run=false"];
  const code = await runNpm(["install", "--prefix", prefix, ...quiet, `${name}@${fetchedVersion}`], { onStart });
  if (runs(executable)) return executable;
  const reason =
    code === 0 && existsSync(executable)
      ? `${name}@${fetchedVersion} was fetched but does not run on this system (it needs glibc, which Alpine does not have).`
      : `Could not fetch ${name}@${fetchedVersion}.`;
  throw new Error(`${reason} Install Node ${range}, yourself and run the command again.`);
}

function place(root) {
  const name = `node-${process.platform}-${process.arch}`;
  const prefix = path.join(root, ".tools", "node");
  return { name, prefix, executable: path.join(prefix, "node_modules", name, "bin", "node") };
}

function runs(executable) {
  const { status, stdout } = spawnSync(executable, ["--version"], { encoding: "utf8" });
  return status === 0 && isSupported(stdout.trim());
}

function isSupported(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  return (major === 24 && minor >= 16) || (major === 26 && minor >= 1) || major > 26;
}
