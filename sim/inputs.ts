import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type Call, values } from "./call.ts";
import { CliError } from "./cli-error.ts";

/** Files and URLs of a media command: the positional one, then every `-u`, split at commas (a path with a comma breaks). */
export function mediaInputs(call: Call, positional: string | undefined): string[] {
  const given = values(call, "url").flatMap((entry) => entry.split(","));
  const inputs = [...(positional === undefined ? [] : [positional]), ...given]
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
  if (inputs.length === 0) throw new CliError("Provide a file or --url.");
  return inputs.map((entry) => (isUrl(entry) ? entry : localPath(entry)));
}

export function isUrl(input: string): boolean {
  return /^https?:\/\//iu.test(input);
}

/** Before any network, as the real program does it. */
export function requireFiles(inputs: readonly string[]): void {
  for (const input of inputs) if (!isUrl(input) && !existsSync(input)) throw new CliError(`File not found: ${input}`);
}

function localPath(input: string): string {
  if (input.startsWith("file://")) return fileURLToPath(input);
  if (input === "~" || input.startsWith("~/")) return path.join(os.homedir(), input.slice(1));
  return path.resolve(input);
}

/** URLs become temporary files: any host, no size limit, no timeout. */
export async function fetchInputs(inputs: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const input of inputs) files.push(isUrl(input) ? await fetchToFile(input) : input);
  return files;
}

async function fetchToFile(url: string): Promise<string> {
  const response = await fetch(url);
  if (!response.ok) throw new CliError(`Failed to download URL: ${url} (${response.status})`);
  const name = path.basename(new URL(url).pathname) || "download";
  const file = path.join(mkdtempSync(path.join(os.tmpdir(), "openzca-media-")), name);
  writeFileSync(file, Buffer.from(await response.arrayBuffer()));
  return file;
}
