import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { waitFor } from "../control/wait.ts";
import { type ControlSettings, createWorld, type Group, type Person, type World, zcaPath } from "../control.ts";

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout(): string;
  stderr(): string;
  /** Complete lines so far. */
  lines(): string[];
  /** JSON lines that are messages. */
  records(): Record<string, unknown>[];
  lifecycle(): Record<string, unknown>[];
  until(text: string): Promise<void>;
  /** Waits until so many message lines are there. */
  untilRecords(count: number): Promise<Record<string, unknown>[]>;
}

export interface Rig {
  readonly world: World;
  readonly folder: string;
  readonly home: string;
  readonly bot: Person;
  readonly lan: Person;
  readonly huy: Person;
  readonly group: Group;
  zca(...args: string[]): Promise<Ended>;
  start(args: readonly string[], env?: Record<string, string>): Running;
  /** `listen --raw --supervised` of profile `work`, connected. */
  listen(env?: Record<string, string>, flags?: readonly string[]): Promise<Running>;
  close(): Promise<void>;
}

/** A world with an account `Trợ lý` (profile `work`, logged in), two friends and a group called `constructor`. */
export function openRig(settings: Partial<ControlSettings> = {}): Rig {
  const folder = mkdtempSync(path.join(os.tmpdir(), "zca-sim-"));
  const home = path.join(folder, "home");
  const world = createWorld(home, settings);
  const bot = world.addAccount({ displayName: "Trợ lý", uid: "3300912847765512008" });
  const lan = world.addPerson({ displayName: "Lan Phạm", uid: "5120034498771203345", phone: "0912345678" });
  const huy = world.addPerson({ displayName: "Huy Đặng", uid: "8891200345671123490" });
  world.befriend(bot.uid, lan.uid);
  world.befriend(huy.uid, bot.uid);
  const group = world.addGroup({
    groupId: "7044519283300761122",
    name: "constructor",
    members: [bot.uid, lan.uid, huy.uid],
  });
  world.logIn("work", bot.uid);
  const running: Running[] = [];
  const start = (args: readonly string[], env: Record<string, string> = {}) => {
    const { PATH = "", HOME = "" } = process.env;
    const child = spawn(zcaPath, args, {
      env: { PATH, HOME: folder, TMPDIR: os.tmpdir(), LANG: HOME === "" ? "C" : "C.UTF-8", OPENZCA_HOME: home, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      cwd: folder,
    });
    const one = watchChild(child);
    running.push(one);
    return one;
  };
  return {
    world,
    folder,
    home,
    bot,
    lan,
    huy,
    group,
    start,
    zca: (...args) => start(args).ended,
    async listen(env = {}, flags = ["--raw", "--supervised"]) {
      const listener = start(["--profile", "work", "listen", ...flags], env);
      await listener.until("Connected to Zalo websocket.");
      return listener;
    },
    async close() {
      for (const { child } of running) if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
      await Promise.all(running.map(({ ended }) => ended));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function watchChild(child: ChildProcess): Running {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout?.on("data", (piece: Buffer) => out.push(piece));
  child.stderr?.on("data", (piece: Buffer) => err.push(piece));
  const text = (pieces: readonly Buffer[]) => Buffer.concat(pieces).toString("utf8");
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal, stdout: text(out), stderr: text(err) }));
  });
  const lines = () => text(out).split("\n").slice(0, -1);
  const json = () =>
    lines().flatMap((line) => (line.startsWith("{") ? [JSON.parse(line) as Record<string, unknown>] : []));
  const records = () => json().filter((record) => record["kind"] !== "lifecycle");
  return {
    child,
    ended,
    stdout: () => text(out),
    stderr: () => text(err),
    lines,
    records,
    lifecycle: () => json().filter((record) => record["kind"] === "lifecycle"),
    async until(wanted) {
      await waitFor(`"${wanted}"`, () => (text(out).includes(wanted) || text(err).includes(wanted) ? true : undefined));
    },
    untilRecords: (count) => waitFor(`${count} records`, () => (records().length >= count ? records() : undefined)),
  };
}
