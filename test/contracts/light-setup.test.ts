import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = new URL("../../", import.meta.url);

/** What listing channels, status and setup may load of ours. */
const lightModules = new Set([
  "setup-entry.js",
  "config.js",
  "config-problems.js",
  "errors.js",
  "channel/setup-plugin.js",
  "channel/channel-id.js",
  "channel/entry.js",
  "channel/lazy.js",
  "channel/reload.js",
  "channel/account/accounts.js",
  "channel/account/former.js",
  "channel/routing.js",
  "channel/security.js",
  "channel/setup/contract.js",
  "channel/setup/edit.js",
  "channel/setup/entries.js",
  "channel/setup/input.js",
  "channel/setup/wizard.js",
]);

test("the built setup entry loads only the light part of the channel, without processes, queues and QR codes", () => {
  const loaded = modulesLoadedBy("./dist/setup-entry.js");
  const built = new URL("dist/", root).href;
  const own = loaded.filter((url) => url.startsWith(built)).map((url) => url.slice(built.length));
  expect(own).toContain("setup-entry.js");
  expect(own.filter((file) => !lightModules.has(file) && !file.startsWith("policy/"))).toEqual([]);
  for (const name of ["execa", "p-queue", "qrcode-terminal", "pngjs", "qr"])
    expect(packagesOf(loaded)).not.toContain(name);
});

test.each(["setup-entry.js", "index.js"])("%s brings no large part of the host along", (file) => {
  const loaded = modulesLoadedBy(`./dist/${file}`);
  expect(
    loaded.filter((url) => /\/plugin-sdk\/(?:channel-core|core|channel-inbound|channel-outbound)\.js$/u.test(url)),
  ).toEqual([]);
  expect(packagesOf(loaded)).not.toContain("typebox");
});

test("importing the full entry leaves no timer and no child process behind", () => {
  const script = `
    const count = () => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout" || kind === "ProcessWrap").length;
    const before = count();
    const entry = await import("./dist/index.js");
    console.log(JSON.stringify({ id: entry.default.id, before, after: count() }));`;
  const { id, before, after } = JSON.parse(run(script));
  expect(id).toBe("zalouser");
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
  return execFileSync(process.execPath, ["--input-type=module", "-e", script], {
    cwd: fileURLToPath(root),
    encoding: "utf8",
  });
}
