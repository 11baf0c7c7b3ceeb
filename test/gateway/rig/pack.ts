import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const runFile = promisify(execFile);
const repository = fileURLToPath(new URL("../../..", import.meta.url));

export interface PackedPlugin {
  /** Absolute path of the `.tgz`. */
  readonly tarball: string;
  readonly packageJson: Record<string, unknown> & { readonly name: string; readonly version: string };
}

/** `npm pack` of a built package (this repository by default) into `destination`. */
export async function packPlugin(destination: string, source: string = repository): Promise<PackedPlugin> {
  if (!existsSync(path.join(source, "dist", "index.js"))) throw new Error("Nothing is built yet. Run: npm run build");
  await mkdir(destination, { recursive: true });
  const args = ["pack", "--ignore-scripts", "--json", "--loglevel=error", "--pack-destination", destination];
  const { stdout } = await runFile("npm", args, { cwd: source });
  const [packed] = readReport(JSON.parse(stdout));
  if (packed === undefined) throw new Error(`npm pack named no file: ${stdout}`);
  const packageJson = JSON.parse(await readFile(path.join(source, "package.json"), "utf8"));
  return { tarball: path.join(destination, packed), packageJson };
}

/** npm 11 reports a list, npm 12 an object by package name. */
function readReport(report: unknown): string[] {
  if (typeof report !== "object" || report === null) return [];
  return Object.values(report).flatMap((entry: unknown) => {
    const isNamed = typeof entry === "object" && entry !== null && "filename" in entry;
    return isNamed && typeof entry.filename === "string" ? [entry.filename] : [];
  });
}
