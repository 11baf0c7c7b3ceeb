import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import manifest from "../../openclaw.plugin.json" with { type: "json" };
import pkg from "../../package.json" with { type: "json" };

const root = fileURLToPath(new URL("../../", import.meta.url));

interface Packed {
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

test("the package holds what the host needs and nothing else, under 1 MB", () => {
  const output = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: root,
    encoding: "utf8",
  });
  const [packed] = JSON.parse(output) as Packed[];
  const files = packed?.files.map(({ path }) => path) ?? [];
  for (const entry of [...pkg.openclaw.extensions, pkg.openclaw.setupEntry])
    expect(files).toContain(entry.replace("./", ""));
  expect(files).toContain("openclaw.plugin.json");
  const foreign = files.filter(
    (file) =>
      !file.startsWith("dist/") &&
      !/^(?:package\.json|openclaw\.plugin\.json|README\.md|CHANGELOG\.md|LICENSE)$/u.test(file),
  );
  expect(foreign).toEqual([]);
  expect(packed?.unpackedSize).toBeLessThan(1_000_000);
});

test("manifest and package agree on id, version and channel", () => {
  expect(manifest.id).toBe(pkg.openclaw.channel.id);
  expect(manifest.version).toBe(pkg.version);
  expect(manifest.channels).toEqual([pkg.openclaw.channel.id]);
});

test("the host is a peer, never a dependency", () => {
  expect(Object.keys(pkg.dependencies)).not.toContain("openclaw");
  expect(pkg.peerDependenciesMeta.openclaw.optional).toBe(true);
});
