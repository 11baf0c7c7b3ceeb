import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import pkg from "../../package.json" with { type: "json" };
import { registerCommands } from "../../src/channel/commands.ts";
import { chatUsage } from "../../src/channel/paused/chat-command.ts";
import { channelConfigSchema } from "../../src/config.ts";
import { errorRemedies } from "../../src/errors.ts";
import { configKeys, isConfigPath } from "./config-keys.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const read = (file: string) => readFileSync(path.join(root, file), "utf8");
const vietnamese = "docs/vi/README.md";
const pages = [
  "README.md",
  vietnamese,
  "docs/architecture.md",
  "docs/errors.md",
  "docs/features.md",
  "docs/migration.md",
  "docs/reliability.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "sim/README.md",
];

interface Fence {
  readonly language: string;
  readonly body: string;
}

function fencesOf(page: string): Fence[] {
  return [...page.matchAll(/^ *```(\w*)\n(.*?)^ *```$/gmsu)].map(([, language = "", body = ""]) => ({
    language,
    body,
  }));
}

function withoutFences(page: string): string {
  return page.replaceAll(/^ *```.*?^ *```$/gmsu, "");
}

function spansOf(page: string): string[] {
  return [...withoutFences(page).matchAll(/`([^`\n]+)`/gu)].map(([, span = ""]) => span);
}

/** What a page tells people to type: shell lines without their comments, and code in the text. */
function typed(page: string): string[] {
  const shell = fencesOf(page).filter(({ language }) => language === "bash" || language === "sh");
  const lines = shell.flatMap(({ body }) => body.replaceAll(/\\\n\s*/gu, "").split("\n"));
  return [...lines.map((line) => line.replace(/(?:^|\s)#.*$/u, "")), ...spansOf(page)].flatMap((line) =>
    line.split(/&&|\|\|?|;/u),
  );
}

function calls(page: string, program: string): string[][] {
  return typed(page).flatMap((line) => {
    const call = new RegExp(`(?:^|\\s)${program} (.+)$`, "u").exec(line.trim())?.[1];
    return call === undefined ? [] : [call.replaceAll(/"[^"]*"|'[^']*'/gu, "<text>").split(/\s+/u)];
  });
}

const flagsOf = (words: readonly string[]) =>
  words.filter((word) => word.startsWith("--") && word.length > 2).map((word) => word.split("=")[0] ?? "");

/** The commands of `openclaw zalouser` with their flags, as the plugin registers them. */
const ownCommands = new Map<string, Set<string>>();

function commandAt(names: readonly string[]): object {
  const flags = new Set<string>();
  ownCommands.set(names.join(" "), flags);
  const self = {
    command: (usage: string) => commandAt([...names, usage.split(" ")[0] ?? ""]),
    description: () => self,
    action: () => self,
    option(usage: string) {
      flags.add(usage.split(" ")[0] ?? "");
      return self;
    },
  };
  return self;
}

await registerCommands({ program: commandAt([]), config: {} } as never);

const hostPages = path.join(root, "node_modules", "openclaw", "docs", "cli");
const setupFlags = pkg.openclaw.channel.setup.fields.map(({ cli }) => cli.flags.split(" ")[0]);

/** What OpenClaw's own reference says about one of its commands; empty when there is none. */
function reference(command: string): string {
  const parts = [`${command}.md`];
  if (existsSync(path.join(hostPages, command)))
    parts.push(...readdirSync(path.join(hostPages, command)).map((name) => path.join(command, name)));
  return parts
    .map((part) => path.join(hostPages, part))
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, "utf8"))
    .join("\n");
}

/** What is wrong with a call of `openclaw`, if anything. */
function wrongWith(words: readonly string[]): string[] {
  const call = `openclaw ${words.join(" ")}`;
  const start = words.findIndex((word) => /^[a-z][a-z-]*$/u.test(word));
  if (start === -1) return flagsOf(words).filter((flag) => !reference("index").includes(flag));
  const names = words.slice(start);
  const end = names.findIndex((word) => !/^[a-z][a-z-]*$/u.test(word));
  const [first = "", ...others] = end === -1 ? names : names.slice(0, end);
  if (first === "zalouser") return wrongWithOwn([first, ...others], flagsOf(words)).map((what) => `${call}: ${what}`);
  const known = reference(first);
  const subcommands = others.filter((word) => word !== "zalouser");
  const command = [first, ...subcommands].join(" ");
  const isAdd = command === "channels add";
  // As a command line, or at the head of a row of its own.
  const told = [`openclaw ${command}(?![\\w-])`, `^(?:\\| |- )\`${subcommands.join(" ")}\``];
  const isKnown = told.some((pattern) => new RegExp(pattern, "mu").test(known));
  return [
    ...(isKnown ? [] : [`${call}: OpenClaw has no such command`]),
    ...flagsOf(names)
      .filter((flag) => !known.includes(flag) && !(isAdd && setupFlags.includes(flag)))
      .map((flag) => `${call}: no ${flag}`),
  ];
}

function wrongWithOwn(names: readonly string[], flags: readonly string[]): string[] {
  const known = ownCommands.get(names.join(" "));
  if (known === undefined) return ["no such command"];
  return flags.filter((flag) => !known.has(flag)).map((flag) => `no ${flag}`);
}

const taskSources = [
  "scripts/run.mjs",
  "scripts/release.ts",
  "test/demo/demo.ts",
  "test/dev/options.ts",
  "test/replay/replay.ts",
  "test/harness/options.ts",
  "test/harness/breaks.ts",
]
  .map((file) => read(file))
  .join("\n");

function wrongWithTask([task = "", ...rest]: readonly string[]): string[] {
  if (!Object.hasOwn(pkg.scripts, task)) return [`npm run ${task}: no such script`];
  return [
    ...flagsOf(rest).filter(
      (flag) =>
        !taskSources.includes(`"${flag}"`) && !new RegExp(`\\b${flag.slice(2)}: \\{ type`, "u").test(taskSources),
    ),
    ...rest.filter((word) => /^(?:test|sim)\//u.test(word) && !existsSync(path.join(root, word))),
  ].map((what) => `npm run ${task}: no ${what}`);
}

function slug(heading: string): string {
  const text = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/gu, "$1").toLowerCase();
  return text.replaceAll(/[^\p{L}\p{M}\p{N} _-]/gu, "").replaceAll(" ", "-");
}

function anchorsOf(file: string): string[] {
  return [...withoutFences(read(file)).matchAll(/^#+ (.+)$/gmu)].map(([, heading = ""]) => slug(heading.trim()));
}

function deadLinks(page: string): string[] {
  const prose = withoutFences(read(page)).replaceAll(/`[^`\n]*`/gu, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/gu)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^https?:/u.test(target))
    .filter((target) => {
      const [file = "", anchor] = target.split("#");
      const found = file === "" ? page : path.join(path.dirname(page), file);
      if (!existsSync(path.join(root, found))) return true;
      return anchor !== undefined && !anchorsOf(found).includes(decodeURIComponent(anchor));
    });
}

describe.each(pages)("%s", (file) => {
  const page = read(file);

  test("is NFC, and its links lead somewhere", () => {
    expect(page.normalize("NFC") === page).toBe(true);
    expect(deadLinks(file)).toEqual([]);
  });

  test("has only commands, flags and scripts that exist", () => {
    expect(calls(page, "openclaw").flatMap(wrongWith)).toEqual([]);
    expect(calls(page, "npm run").flatMap(wrongWithTask)).toEqual([]);
    const chats = spansOf(page).filter((span) => span.startsWith("/zalouser "));
    expect(chats.filter((span) => !chatUsage.includes(span.split(" ").slice(0, 2).join(" ")))).toEqual([]);
  });

  test("names only settings and error codes that exist", () => {
    const paths = [...page.matchAll(/channels\.zalouser\.([\w.<>*-]*[\w>*])/gu)].map(([, found = ""]) => found);
    expect(paths.filter((found) => !isConfigPath(found))).toEqual([]);
    const codes = [...page.matchAll(/\[([A-Z]+(?:_[A-Z]+)+)\]/gu)].map(([, code = ""]) => code);
    expect(codes.filter((code) => !Object.hasOwn(errorRemedies, code))).toEqual([]);
  });

  test("shows only configs that the plugin accepts", () => {
    const configs = fencesOf(page).filter(
      ({ language, body }) => language === "json5" && body.trimStart().startsWith("{"),
    );
    const problems = configs.flatMap(({ body }) => {
      const config = runInNewContext(`(${body})`) as { channels?: { zalouser?: unknown } };
      return channelConfigSchema.safeParse(structuredClone(config.channels?.zalouser ?? {})).error?.issues ?? [];
    });
    expect(problems).toEqual([]);
  });
});

const source = readdirSync(path.join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => read(path.join("src", name)))
  .join("\n");

describe(vietnamese, () => {
  const page = read(vietnamese);

  test("writes settings as the config has them", () => {
    const settings = spansOf(page)
      .map((span) => /^([a-z]\w*(?:\.[\w<>]+)+)(?::|$)/u.exec(span)?.[1] ?? "")
      .filter((span) => configKeys.has(span.split(".")[0] ?? ""));
    expect(settings).not.toEqual([]);
    expect(settings.filter((span) => !isConfigPath(span))).toEqual([]);
  });

  test("names only codes, reasons and variables that the plugin knows", () => {
    const names = spansOf(page).filter((span) => /^(?:[A-Z]+(?:_[A-Z]+)+|[a-z]+(?:_[a-z]+)+)$/u.test(span));
    expect(names).not.toEqual([]);
    // Those of other plugins stand in the page about coming from them.
    const others = read("docs/migration.md");
    expect(names.filter((name) => !source.includes(name) && !others.includes(`\`${name}\``))).toEqual([]);
  });

  test("knows every code among the README's symptoms", () => {
    const readme = read("README.md");
    const symptoms = readme.slice(readme.indexOf("## Troubleshooting"));
    const codes = [...symptoms.matchAll(/\[[A-Z_]+\]/gu)].map(([code]) => code);
    expect(codes).not.toEqual([]);
    expect(codes.filter((code) => !page.includes(code))).toEqual([]);
  });
});

test.each(["docs/architecture.md", "CONTRIBUTING.md"])("%s names only files that exist", (file) => {
  const paths = spansOf(read(file)).filter((span) => /^(?:src|sim|test|scripts|docs)\/\S*$/u.test(span));
  expect(paths).not.toEqual([]);
  expect(paths.filter((found) => !existsSync(path.join(root, found)))).toEqual([]);
});

test("docs/architecture.md names the files of an account as the code does", () => {
  const [, section = ""] = read("docs/architecture.md").split("## State on disk");
  const rows = section.split("\n").filter((line) => line.startsWith("| `"));
  const told = rows.flatMap((row) => [
    ...(row.split("|")[1] ?? "").matchAll(/([\w-]+(?:\.(?:json|sqlite|log))?)[/`]/gu),
  ]);
  const names = told.map(([, name = ""]) => name).filter((name) => name !== "json");
  expect(names.length).toBeGreaterThan(20);
  expect(names.filter((name) => !source.includes(`"${name}"`))).toEqual([]);
});
