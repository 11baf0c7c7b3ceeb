import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { Call } from "./call.ts";
import type { Grammar } from "./cli/spec.ts";
import { createOutput } from "./cli/output.ts";
import { parse, type Parsed } from "./cli/parse.ts";
import { CliError, Unconfirmed } from "./cli-error.ts";
import { commandModules } from "./commands.ts";
import { claimFaults } from "./faults/claims.ts";
import { answerAsStranger, disguised, grammarOf } from "./faults/disguise.ts";
import type { FaultEffect } from "./faults/effects.ts";
import { createStrikes } from "./faults/strikes.ts";
import { createOwnDisk } from "./own-disk.ts";
import { installSignals } from "./signals.ts";
import { createSink } from "./sink.ts";
import { readControl } from "./world/control-file.ts";
import { beginCall } from "./world/journal.ts";
import { defaultHome, layoutOf } from "./world/layout.ts";
import { profileName, readProfiles, requireProfile } from "./world/profiles.ts";

/** Commands that make their own profile. */
const creators = new Set(["auth login", "account add"]);

const signals = installSignals();
const layout = layoutOf(defaultHome());
const settings = readControl(layout);
const argv = process.argv.slice(2);
const asked = parse(argv, grammarOf(settings));
const command = nameOf(asked.parsed);
const longRunning = command === "listen";
const profile = resolveProfile(asked.globals.get("profile"));
const writes = asked.parsed.kind === "run" && asked.parsed.command.writes === true;

const journal = beginCall(layout, { command, profile, argv, writes });
process.on("exit", (code) => journal.end(code, signals.received()));
const sink = createSink();
const claimed = claimFaults(layout, { command, profile }, (effect) => !meetsLines(effect));
const strikes = createStrikes({ claimed, sink, signals, journal, longRunning });
process.exitCode = await run();

function nameOf(parsed: Parsed): string {
  if (parsed.kind === "run") return parsed.command.path.join(" ");
  return parsed.kind === "version" ? "--version" : parsed.kind;
}

/** Those are counted line by line, as the listener prints. */
function meetsLines({ group }: FaultEffect): boolean {
  return group === "delivery" || (group === "stdout" && longRunning);
}

/** The journal needs a name even where the list of profiles cannot be read. */
function resolveProfile(flag: unknown): string {
  const file = existsSync(layout.profiles) ? readableProfiles() : { defaultProfile: "default", profiles: {} };
  return profileName(typeof flag === "string" ? flag : undefined, process.env, file);
}

function readableProfiles() {
  try {
    return readProfiles(layout);
  } catch (error) {
    if (error instanceof SyntaxError) return { defaultProfile: "default", profiles: {} };
    throw error;
  }
}

async function run(): Promise<number> {
  const slow = strikes.take("start", ({ mode }) => mode === "slow");
  if (slow !== undefined) await pause(slow.ms ?? 1000);
  await strikes.at("start");
  if (strikes.take("start", ({ mode }) => mode === "other-program") !== undefined) return answerAsStranger(argv);
  if (strikes.take("start", ({ mode }) => mode === "unlicensed") !== undefined) {
    sink.warn("Error: License required. Run: zca license activate <key>");
    return 1;
  }
  const control = disguised(settings, strikes);
  const grammar = grammarOf(control);
  const { parsed } = control === settings ? asked : parse(argv, grammar);
  if (parsed.kind === "run") return perform(parsed, { control, grammar });
  const code = await answer(parsed, { ...grammar, version: control.version ?? grammar.version });
  await flush();
  await strikes.at("printed");
  return code;
}

/** Versions, help, and what is wrong with a command line: no profile, no network, no fault but those of the process. */
async function answer(question: Exclude<Parsed, { kind: "run" }>, grammar: Grammar): Promise<number> {
  if (question.kind === "version") {
    sink.write(`${grammar.version}\n`);
    return 0;
  }
  const { helpText } = await import("./cli/help.ts");
  const text = helpText(grammar, question.path);
  const wrong = question.kind === "wrong" ? `error: ${question.message}\n\n` : "";
  const wanted = question.kind === "help" && question.asked;
  if (wanted) sink.write(text);
  else process.stderr.write(`${wrong}${text}`);
  return wanted ? 0 : 1;
}

async function perform(
  { command: spec, args, options }: Extract<Parsed, { kind: "run" }>,
  { control, grammar }: Pick<Call, "control" | "grammar">,
): Promise<number> {
  const out = createOutput((text) => sink.write(text));
  const disk = createOwnDisk(layout.home, strikes);
  const facts = { layout, control, grammar, command: spec, args, options, profile, env: process.env };
  const call: Call = { ...facts, out, sink, disk, journal, strikes, signals };
  try {
    const outage = strikes.take("server", ({ mode, afterMs }) => mode === "network-down" && afterMs === undefined);
    if (outage !== undefined) (await import("./world/network.ts")).cutNetwork(layout, outage.ms ?? 1000);
    if (strikes.take("system", ({ mode }) => mode === "broken-profiles") !== undefined)
      throw new CliError("Unexpected end of JSON input");
    const file = readProfiles(layout);
    if (!creators.has(command)) requireProfile(file, profile);
    const code = await work(call);
    await strikes.at("sent");
    await flush();
    await strikes.at("printed");
    return code;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // The real program prints the message of whatever was thrown, its own or Node's.
    sink.warn(`Error: ${error.message}`);
    return 1;
  }
}

async function work(call: Call): Promise<number> {
  try {
    const code = await (await commandModules[call.command.module]()).run(call);
    await strikes.serverError("start");
    await strikes.serverError("sent");
    return code;
  } catch (error) {
    if (!(error instanceof Unconfirmed)) throw error;
    sink.take();
    call.out.inspect({ message: null, attachment: [] });
    return 0;
  }
}

/** Prints what a short command held back: whole, damaged, or cut in half. */
async function flush(): Promise<void> {
  const text = sink.take();
  const cut = longRunning ? undefined : strikes.midLine();
  const damage = strikes.take("stdout");
  if (damage !== undefined) {
    const { damaged } = await import("./faults/stdout-damage.ts");
    sink.stream();
    sink.pieces(damaged(text, damage, { last: true }));
    await sink.idle();
  } else if (cut !== undefined) process.stdout.write(text.slice(0, Math.ceil(text.length / 2)));
  else if (text !== "") process.stdout.write(text);
  if (cut !== undefined) await (await import("./faults/endings.ts")).exit(cut, sink);
}
