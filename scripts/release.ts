// Checks that this checkout can be released and prints how: `npm run release [-- --check]`. It publishes nothing.
// `--check` is a rehearsal: neither a clean tree nor a new version is required, only told about.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { dayOf } from "./release/changelog.ts";
import { type Package, releaseChecks } from "./release/checks.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const pkg = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as Package;
const isRehearsal = readOrEnd();
const startedAt = performance.now();
let failed = 0;

for (const { name, isForRelease = false, run } of releaseChecks(root, pkg, dayOf(new Date()))) {
  const begunAt = performance.now();
  const seen: string[] = [];
  const problems = await run((line) => void seen.push(line)).catch((error: unknown) => [String(error)]);
  const isPassed = problems.length === 0;
  const isNote = !isPassed && isForRelease && isRehearsal;
  if (!isPassed && !isNote) failed += 1;
  const facts = [...seen, `${seconds(begunAt)} s`].join("; ");
  console.log(`${isPassed ? "✔" : isNote ? "–" : "✘"} ${name} (${facts})`);
  for (const problem of problems) console.log(`    ${problem.replaceAll("\n", "\n    ")}`);
}

console.log("");
if (failed > 0) {
  console.log(
    `${failed} of the checks failed, after ${seconds(startedAt)} s. ${pkg.name} ${pkg.version} is not ready.`,
  );
  process.exit(1);
}
console.log(`All checks passed in ${seconds(startedAt)} s.${isRehearsal ? " This was a rehearsal." : ""}`);
if (!isRehearsal) {
  console.log("Nothing has been published. To release, type:\n");
  console.log(`  git tag v${pkg.version}`);
  console.log(`  git push origin HEAD v${pkg.version}`);
  console.log(`  npm publish --access public${distTag(pkg.version)}`);
}
process.exit();

/** npm wants to be told where a prerelease belongs, such as `--tag beta` for 1.0.0-beta.2; nobody shall get it as the latest. */
function distTag(version: string): string {
  const prerelease = /^[\d.]+-([A-Za-z]*)/u.exec(version);
  return prerelease === null ? "" : ` --tag ${prerelease[1] || "next"}`;
}

function seconds(sinceMs: number): string {
  return ((performance.now() - sinceMs) / 1000).toFixed(1);
}

function readOrEnd(): boolean {
  try {
    return parseArgs({ options: { check: { type: "boolean" } } }).values.check ?? false;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return process.exit(2);
  }
}
