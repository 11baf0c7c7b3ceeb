import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const breakNames = ["journal", "dedupe", "order", "policy", "pacing"] as const;
export type BreakName = (typeof breakNames)[number];

/** One change of a built file: the text has to stand there exactly once. */
export interface Mutation {
  /** Below `dist`. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

const root = fileURLToPath(new URL("../../", import.meta.url));
export const builtDist: string = path.join(root, "dist");

/**
 * The plugin with one of its promises switched off: a changed copy of what was built, so that the product itself carries
 * no switch. The copy lies inside the repository, where its packages resolve.
 */
export function brokenDist(
  mutations: readonly Mutation[],
  dist: string = builtDist,
): { readonly dist: string; dispose(): void } {
  const cache = path.join(root, "node_modules", ".cache");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(path.join(cache, "zalouser-broken-"));
  const copy = path.join(folder, "dist");
  const dispose = () => rmSync(folder, { recursive: true, force: true });
  try {
    cpSync(dist, copy, { recursive: true });
    writeFileSync(path.join(folder, "package.json"), '{ "type": "module" }\n');
    for (const mutation of mutations) mutate(copy, mutation);
  } catch (error) {
    dispose();
    throw error;
  }
  return { dist: copy, dispose };
}

function mutate(dist: string, { file, find, replace }: Mutation): void {
  const target = path.join(dist, file);
  const source = readFileSync(target, "utf8");
  const count = source.split(find).length - 1;
  if (count !== 1) {
    throw new Error(`${file} has ${count} places that read ${JSON.stringify(find)}; a break needs exactly one.`);
  }
  writeFileSync(
    target,
    source.replace(find, () => replace),
  );
}
