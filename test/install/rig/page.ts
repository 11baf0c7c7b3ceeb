import { readFileSync } from "node:fs";

const readme = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");

/** The command lines that a section of the README shows in its code blocks, comments taken off; one list for each block. */
export function blocksOf(heading: string): string[][] {
  const from = readme.indexOf(`\n## ${heading}\n`);
  if (from === -1) throw new Error(`The README has no section "${heading}".`);
  const section = readme.slice(from + 1).split(/\n##+ /u)[0] ?? "";
  return [...section.matchAll(/^ *```bash\n(.*?)^ *```$/gmsu)].map(([, body = ""]) =>
    body
      .split("\n")
      .map((line) => line.replace(/\s+#.*$/u, "").trim())
      .filter((line) => line !== ""),
  );
}
