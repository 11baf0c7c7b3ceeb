import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import type { Home } from "../rig/home.ts";
import { unpack } from "../rig/versions.ts";

const megabyte = 1_000_000;
/** The module of an import that is no relative one; a comment or text that looks like one counts, too. */
const importing = /(?:\bfrom |\bimport |\bimport\()"([@a-z][^"\n]*)"/gu;

/** What npm hands to everybody who installs the plugin. */
export function packageStory(home: Home): void {
  test("the packed plugin holds the built code, its manifest and three pages, in less than 1 MB", async () => {
    const folder = await unpack(home.stage.plugin, path.join(home.folder, "unpacked"));
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => !entry.isDirectory());
    expect(files.filter((entry) => !entry.isFile())).toEqual([]);
    const names = files.map(({ parentPath, name }) => path.relative(folder, path.join(parentPath, name))).toSorted();
    const outside = names.filter((name) => !name.startsWith(`dist${path.sep}`));
    expect(outside).toEqual(["CHANGELOG.md", "LICENSE", "README.md", "openclaw.plugin.json", "package.json"]);
    expect(names.filter((name) => name.startsWith("dist") && !name.endsWith(".js"))).toEqual([]);
    const sizes = await Promise.all(names.map(async (name) => (await stat(path.join(folder, name))).size));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    expect(bytes).toBeLessThan(megabyte);
  });

  test("its code imports nothing but Node, OpenClaw and the dependencies it declares, and uses each of those", async () => {
    const folder = path.join(home.folder, "unpacked", "package", "dist");
    const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".js"));
    const codes = await Promise.all(files.map((name) => readFile(path.join(folder, name), "utf8")));
    const named = codes.flatMap((code) => Array.from(code.matchAll(importing), ({ 1: name = "" }) => name));
    const packages = new Set(named.filter((name) => !name.startsWith("node:")).map(packageOf));
    packages.delete("openclaw");
    const { dependencies } = home.stage.plugin.packageJson;
    expect([...packages].toSorted()).toEqual(Object.keys(dependencies as object).toSorted());
  });
}

function packageOf(module: string): string {
  return module
    .split("/")
    .slice(0, module.startsWith("@") ? 2 : 1)
    .join("/");
}
