import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { packPlugin, type PackedPlugin } from "../../gateway/rig/pack.ts";

const runFile = promisify(execFile);
const official = fileURLToPath(new URL("../../../node_modules/official-zalouser", import.meta.url));

export const PREVIOUS = "2026.9.5";
export const OFFICIAL = "2026.9.4";

/** A version before this one: the packed files under a lower number, for nothing of ours was published yet. */
export function packPrevious(plugin: PackedPlugin, folder: string): Promise<PackedPlugin> {
  return packAs(PREVIOUS, plugin, folder);
}

/** The packed files under another number. */
export async function packAs(version: string, plugin: PackedPlugin, folder: string): Promise<PackedPlugin> {
  const unpacked = await unpack(plugin, path.join(folder, `${plugin.packageJson.version} as ${version}`));
  for (const name of ["package.json", "openclaw.plugin.json"]) {
    const file = path.join(unpacked, name);
    await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, "utf8")), version }));
  }
  return packPlugin(path.join(folder, "versions"), unpacked);
}

/** The official plugin as npm has it, under the name both share. */
export function packOfficial(folder: string): Promise<PackedPlugin> {
  return packPlugin(path.join(folder, "versions"), official);
}

/** Unpacks into `folder` and returns where the package lies. */
export async function unpack({ tarball }: PackedPlugin, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await runFile("tar", ["-xzf", tarball, "-C", folder]);
  return path.join(folder, "package");
}

/** A folder to link, built and with its dependencies beside it: OpenClaw runs no npm for a link. */
export async function linkable(plugin: PackedPlugin, folder: string): Promise<string> {
  const unpacked = await unpack(plugin, path.join(folder, "linked"));
  const flags = ["--omit=dev", "--omit=peer", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];
  await runFile("npm", ["install", ...flags], { cwd: unpacked });
  return unpacked;
}
