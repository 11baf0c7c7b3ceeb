import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { changelogProblems } from "./changelog.ts";
import { cleanHostProblems } from "./clean-host.ts";
import { contentsOf, packageProblems } from "./packed.ts";
import { openRepository } from "./repository.ts";
import { numberProblems, versionProblems } from "./version.ts";

const runFile = promisify(execFile);

export interface Check {
  readonly name: string;
  /** About where the release stands in the repository's life, which a rehearsal does not require. */
  readonly isForRelease?: boolean;
  /** Sentences about what stands in the way; `say` tells what was seen. */
  readonly run: (say: (line: string) => void) => Promise<string[]>;
}

export interface Package {
  readonly name: string;
  readonly version: string;
  readonly devDependencies: { readonly openclaw: string };
  readonly openclaw: { readonly extensions: readonly string[]; readonly setupEntry: string };
}

/** Everything that must hold before a release, cheap things first. */
export function releaseChecks(
  root: string,
  { name, version, devDependencies, openclaw }: Package,
  today: string,
): Check[] {
  const repository = openRepository(root);
  return [
    {
      name: "everything is committed",
      isForRelease: true,
      run: async () => (await repository.changes()).map((change) => `Not committed: ${change.trim()}`),
    },
    {
      name: "the version comes after the last one",
      isForRelease: true,
      async run(say) {
        const [tags, published] = await Promise.all([repository.tags(), repository.published(name)]);
        if (typeof published === "string") return [...versionProblems(version, { tags, published: [] }), published];
        say(`${published.length} published`);
        return versionProblems(version, { tags, published });
      },
    },
    {
      name: "the version bears OpenClaw's number",
      run: async () => numberProblems(version, devDependencies.openclaw),
    },
    {
      name: "CHANGELOG.md tells of this version",
      run: async () => changelogProblems(await readFile(path.join(root, "CHANGELOG.md"), "utf8"), version, today),
    },
    {
      name: "npm run inspect (format, lint, types, manifest, dead code, package)",
      run: () => inspectionProblems(root),
    },
    {
      name: "the package holds what it should",
      async run(say) {
        const args = ["pack", "--dry-run", "--json", "--ignore-scripts", "--loglevel=error"];
        const { stdout } = await runFile("npm", args, { cwd: root, maxBuffer: 16 * 1024 * 1024 });
        const contents = contentsOf(JSON.parse(stdout));
        say(`${contents.files.length} files, ${Math.round(contents.unpackedSize / 1000)} kB unpacked`);
        return packageProblems(contents, [...openclaw.extensions, openclaw.setupEntry]);
      },
    },
    { name: "the tarball installs and loads in a clean OpenClaw", run: cleanHostProblems },
  ];
}

async function inspectionProblems(root: string): Promise<string[]> {
  try {
    await runFile(process.execPath, [path.join(root, "scripts", "run.mjs"), "inspect"], {
      cwd: root,
      maxBuffer: 16 * 1024 * 1024,
    });
    return [];
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    return [`It fails:\n${`${stdout}\n${stderr}`.trim().split("\n").slice(-30).join("\n")}`];
  }
}
