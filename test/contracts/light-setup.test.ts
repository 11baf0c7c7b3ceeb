import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** What listing channels, status and setup may load of ours. */
const lightModules = new Set([
  "setup-entry.js",
  "config.js",
  "errors.js",
  "channel/setup-plugin.js",
  "channel/channel-id.js",
  "channel/lazy.js",
  "channel/account/accounts.js",
]);

test("the built setup entry loads neither processes, queues nor QR code, only the light part of the channel", () => {
  const loaded = modulesLoadedBy("./dist/setup-entry.js");
  const own = loaded.filter((url) => url.includes("/dist/") && !url.includes("/node_modules/"));
  const heavy = own
    .map((url) => url.slice(url.indexOf("/dist/") + 6))
    .filter((file) => !lightModules.has(file) && !file.startsWith("policy/"));
  expect(heavy).toEqual([]);
  expect(packagesOf(loaded)).not.toEqual(expect.arrayContaining(["execa"]));
  for (const name of ["execa", "p-queue", "qrcode-terminal", "pngjs", "qr"])
    expect(packagesOf(loaded)).not.toContain(name);
});

test("importing the full entry starts no process, timer or file", () => {
  const script = `
    const before = process.getActiveResourcesInfo().filter((kind) => kind === "Timeout" || kind === "ProcessWrap");
    await import("./dist/index.js");
    const after = process.getActiveResourcesInfo().filter((kind) => kind === "Timeout" || kind === "ProcessWrap");
    console.log(JSON.stringify({ before: before.length, after: after.length }));`;
  const { before, after } = JSON.parse(run(script));
  expect(after).toBe(before);
});

/** URLs of all modules a fresh Node.js loads for an entry. */
function modulesLoadedBy(entry: string): string[] {
  const script = `
    import { registerHooks } from "node:module";
    const urls = [];
    registerHooks({ load(url, context, next) { urls.push(url); return next(url, context); } });
    await import(${JSON.stringify(entry)});
    console.log(JSON.stringify(urls));`;
  return JSON.parse(run(script));
}

function packagesOf(urls: readonly string[]): string[] {
  return urls
    .filter((url) => !url.includes("/node_modules/openclaw/"))
    .flatMap((url) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//u.exec(url)?.[1] ?? []);
}

function run(script: string): string {
  return execFileSync(process.execPath, ["--input-type=module", "-e", script], { cwd: root, encoding: "utf8" });
}
