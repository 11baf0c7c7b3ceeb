// Finds a Node.js that the OpenClaw host accepts, or fetches one through npm into .tools/ of this checkout.
// Plain JavaScript for Node 20: it runs before anything is installed.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";

const FETCHED_VERSION = "24.21.0";

/** The host's own range: >=24.16 <25 or >=26.1. */
export function isSupported(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  return (major === 24 && minor >= 16) || (major === 26 && minor >= 1) || major > 26;
}

/** Path of a supported Node.js executable, absolute. */
export function ensureNode(root) {
  if (isSupported(process.version)) return process.execPath;
  const name = `node-${process.platform}-${process.arch}`;
  const prefix = path.join(root, ".tools");
  const executable = path.join(prefix, "node_modules", name, "bin", "node");
  if (!isInstalled(executable)) {
    console.log(
      `This machine runs Node ${process.version}; OpenClaw needs 24.16 or newer.\n` +
        `Fetching ${name}@${FETCHED_VERSION} from npm into .tools/ (about 120 MB, once) …`,
    );
    const args = ["install", "--prefix", prefix, "--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
    const { status } = spawnSync("npm", [...args, `${name}@${FETCHED_VERSION}`], { stdio: "inherit" });
    if (status !== 0 || !isInstalled(executable)) {
      throw new Error(
        `Could not fetch ${name}@${FETCHED_VERSION}. Install Node 24.16 or newer yourself and run the command again.`,
      );
    }
  }
  return executable;
}

function isInstalled(executable) {
  if (!existsSync(executable)) return false;
  return isSupported(execFileSync(executable, ["--version"], { encoding: "utf8" }).trim());
}
