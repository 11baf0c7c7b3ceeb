import { existsSync } from "node:fs";
import { type Call, createSink } from "./call.ts";
import { legacy, openzca } from "./cli/grammar.ts";
import type { Grammar } from "./cli/spec.ts";
import { createOutput } from "./cli/output.ts";
import { parse, type Parsed } from "./cli/parse.ts";
import { commandModules } from "./commands.ts";
import { claimFaults } from "./faults/claims.ts";
import { createStrikes, exit } from "./faults/strikes.ts";
import { installSignals } from "./signals.ts";
import { readControl } from "./world/control-file.ts";
import { beginCall } from "./world/journal.ts";
import { defaultHome, layoutOf } from "./world/layout.ts";
import { profileName, readProfiles, requireProfile } from "./world/profiles.ts";

/** Commands that make their own profile. */
const creators = new Set(["auth login", "account add"]);

const signals = installSignals();
const layout = layoutOf(defaultHome());
const control = readControl(layout);
const grammar = control.personality === "legacy" ? legacy : openzca;
const argv = process.argv.slice(2);
const { parsed, globals } = parse(argv, grammar);
const command =
  parsed.kind === "run" ? parsed.command.path.join(" ") : parsed.kind === "version" ? "--version" : parsed.kind;
const profileFlag = globals.get("profile");
const writes = parsed.kind === "run" && parsed.command.writes === true;
const profile = resolveProfile();

const journal = beginCall(layout, { command, profile, argv, writes });
process.on("exit", (code) => journal.end(code, signals.received()));
process.exitCode = await run(parsed);

/** The journal needs a name even where the list of profiles cannot be read. */
function resolveProfile(): string {
  const file = existsSync(layout.profiles) ? readableProfiles() : { defaultProfile: "default", profiles: {} };
  return profileName(typeof profileFlag === "string" ? profileFlag : undefined, process.env, file);
}

function readableProfiles() {
  try {
    return readProfiles(layout);
  } catch (error) {
    if (error instanceof SyntaxError) return { defaultProfile: "default", profiles: {} };
    throw error;
  }
}

async function run(parsed: Parsed): Promise<number> {
  switch (parsed.kind) {
    case "version":
      process.stdout.write(`${control.version ?? grammar.version}\n`);
      return 0;
    case "help":
      await help(parsed.path, parsed.asked ? process.stdout : process.stderr);
      return parsed.asked ? 0 : 1;
    case "wrong":
      process.stderr.write(`error: ${parsed.message}\n\n`);
      await help(parsed.path, process.stderr);
      return 1;
    case "run":
      return perform(parsed, grammar);
  }
}

async function help(path: readonly string[], to: NodeJS.WritableStream): Promise<void> {
  const { helpText } = await import("./cli/help.ts");
  to.write(helpText(grammar, path));
}

async function perform(parsed: Extract<Parsed, { kind: "run" }>, grammar: Grammar): Promise<number> {
  const sink = createSink();
  const claimed = claimFaults(layout, { command, profile }, (effect) => effect.group !== "delivery");
  const longRunning = parsed.command.module === "listen";
  const strikes = createStrikes({ claimed, sink, signals, journal, longRunning, onDeaf: () => sink.mute() });
  const out = createOutput((text) => sink.write(text));
  const { args, options } = parsed;
  const call: Call = {
    layout,
    control,
    grammar,
    command: parsed.command,
    args,
    options,
    profile,
    env: process.env,
    out,
    sink,
    journal,
    strikes,
    signals,
  };
  try {
    await strikes.at("start");
    const file = readProfiles(layout);
    if (!creators.has(command)) requireProfile(file, profile);
    const code = await (await commandModules[parsed.command.module]()).run(call);
    strikes.serverError("start");
    strikes.serverError("sent");
    await strikes.at("sent");
    await flush(call);
    await strikes.at("printed");
    return code;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // The real program prints the message of whatever was thrown, its own or Node's.
    sink.warn(`Error: ${error.message}`);
    return 1;
  }
}

/** Prints what a short command held back, whole or, when a fault says so, cut in half. */
async function flush(call: Call): Promise<void> {
  const text = call.sink.take();
  const cut = call.command.module === "listen" ? undefined : call.strikes.midLine();
  if (cut === undefined) {
    if (text !== "") process.stdout.write(text);
    return;
  }
  process.stdout.write(text.slice(0, Math.ceil(text.length / 2)));
  await exit(cut, call);
}
