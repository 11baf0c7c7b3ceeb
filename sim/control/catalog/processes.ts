import path from "node:path";
import type { ExitEffect, HangEffect, StartEffect } from "../../faults/effects.ts";
import { fault } from "../../faults/fault.ts";
import { createStandIn, type StandIn } from "../stand-in.ts";
import { arranged, type CataloguedFault, scripted } from "./entry.ts";
import { knownTexts } from "./known-texts.ts";

const start = (variant: string, effect: Omit<StartEffect, "group">, command: string, first = 1) =>
  scripted({ row: "start", variant, command, effects: [{ group: "start", ...effect }], match: { first } });

/** What a program is shows in every call, also in those that name no profile. */
const everyCall = (variant: string, effect: Omit<StartEffect, "group">) =>
  arranged("start", [variant, "listen"], (world) => {
    world.setFaults([fault({}, { group: "start", ...effect })]);
    return { undo: () => world.setFaults([]) };
  });

const standIn = (variant: string, spoil: (program: StandIn) => void) =>
  arranged("start", [variant, "listen"], (world) => {
    const program = createStandIn(path.join(world.home, "sim", "stand-in"));
    spoil(program);
    return { zcaPath: program.path, undo: program.restore };
  });

const exit = (variant: string, effect: Omit<ExitEffect, "group">, command: string) =>
  scripted({ row: "exit", variant, command, effects: [{ group: "exit", ...effect }] });

/** At the start of a short call; of a listener once it is connected. */
const endings = (variant: string, effect: Omit<ExitEffect, "group">) => [
  exit(variant, { when: "sent", ...effect }, "msg send"),
  exit(variant, { when: "printed", ...effect }, "listen"),
];

const hangs = (variant: string, effect: Omit<HangEffect, "group">) => [
  scripted({ row: "hang", variant, command: "msg send", effects: [{ group: "hang", when: "sent", ...effect }] }),
  scripted({ row: "hang", variant, command: "listen", effects: [{ group: "hang", ...effect }] }),
];

/** A listener has to end for the process it leaves behind to matter. */
const leftBehind = (variant: string, mode: "grandchild" | "zombie") => [
  scripted({
    row: "hang",
    variant,
    command: "msg send",
    effects: [{ group: "hang", when: "printed", mode, ms: 20_000 }],
  }),
  scripted({
    row: "hang",
    variant,
    command: "listen",
    effects: [
      { group: "hang", mode, ms: 20_000 },
      { group: "exit", code: 1, when: "printed" },
    ],
  }),
];

export const starts: readonly CataloguedFault[] = [
  start("slow start", { mode: "slow", ms: 3000 }, "listen"),
  start("slow start", { mode: "slow", ms: 3000 }, "msg send"),
  scripted({
    row: "start",
    variant: "hang before output",
    command: "listen",
    effects: [{ group: "hang", mode: "forever", when: "start" }],
  }),
  scripted({
    row: "start",
    variant: "hang before output",
    command: "--version",
    effects: [{ group: "hang", mode: "forever", when: "start" }],
  }),
  standIn("ENOENT stand-in", (program) => program.remove()),
  standIn("not executable", (program) => program.forbid()),
  everyCall("wrong personality", { mode: "other-personality" }),
  start("wrong personality: of one call", { mode: "other-personality" }, "listen"),
  start("wrong personality: another program of that name", { mode: "other-program" }, "--version", 1000),
  everyCall("wrong version", { mode: "other-version", version: "0.1.11" }),
  start("wrong version: of one call", { mode: "other-version", version: "0.1.11" }, "listen"),
  start("licence error", { mode: "unlicensed" }, "listen"),
  start("licence error", { mode: "unlicensed" }, "--version", 1000),
];

export const exits: readonly CataloguedFault[] = [
  exit("code 0 with nothing: not sent", { code: 0, when: "start" }, "msg send"),
  exit("code 0 with nothing: sent", { code: 0, when: "sent" }, "msg send"),
  exit("code 0 with nothing", { code: 0, when: "start" }, "listen"),
  exit("0 after error text on stdout", { code: 0, stdout: "Error: fetch failed\n", when: "start" }, "msg send"),
  exit("0 after error text on stdout", { code: 0, stdout: "Error: fetch failed\n", when: "start" }, "listen"),
  exit(
    "0 after error text on stdout: declined on the phone",
    { code: 0, stdout: "QR login declined on phone. Retry by running auth login again.\n" },
    "auth login",
  ),
  ...knownTexts.flatMap(({ text, commands }) => commands.map((command) => exitWithText(text, command))),
  exit(
    "1 with each text of section 10: usage error",
    { code: 1, stderr: "error: unknown option '-x'\n\nUsage: openzca msg send [options] <threadId> <message>\n" },
    "msg send",
  ),
  ...endings("2", { code: 2 }),
  ...endings("75", { code: 75 }),
  ...endings("127", { code: 127, stderr: "env: 'node': No such file or directory\n", when: "start" }),
  ...endings("129", { signal: "SIGHUP" }),
  ...endings("130", { signal: "SIGINT" }),
  ...endings("137", { signal: "SIGKILL" }),
  ...endings("143", { signal: "SIGTERM" }),
  ...[129, 130, 137, 143].flatMap((code) => endings(`${code}: as a code`, { code })),
  exit("killed by signal mid-line", { signal: "SIGKILL", midLine: true }, "msg send"),
  exit("killed by signal mid-line", { signal: "SIGKILL", midLine: true }, "listen"),
  exit("result then exit 1", { code: 1, when: "printed" }, "msg send"),
  ...endings("crash dump on stderr", { crash: true }),
  exit("crash dump on stderr: behind the result", { crash: true, when: "printed" }, "msg send"),
];

export const hanging: readonly CataloguedFault[] = [
  ...hangs("never ends", { mode: "forever" }),
  ...hangs("ends only on SIGTERM", { mode: "until-sigterm" }),
  ...hangs("ignores SIGTERM", { mode: "ignore-sigterm" }),
  ...hangs("ignores for n s", { mode: "ignore-sigterm-for", ms: 2000 }),
  ...hangs("closes stdout but stays alive", { mode: "close-stdout" }),
  ...leftBehind("leaves a grandchild holding the pipes", "grandchild"),
  ...leftBehind("zombie", "zombie"),
];

/** The text names the profile it is staged for. */
function exitWithText(text: string, command: string): CataloguedFault {
  const entry = exit(`1 with each text of section 10: ${text}`, { error: text }, command);
  return {
    ...entry,
    stage: (world, profile) =>
      exit(entry.variant, { error: text.replaceAll("<p>", profile) }, command).stage(world, profile),
  };
}
