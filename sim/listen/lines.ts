import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import type { Call } from "../call.ts";
import { claimFaults } from "../faults/claims.ts";
import type { DeliveryEffect, StdoutEffect } from "../faults/effects.ts";
import { exit } from "../faults/endings.ts";
import { damaged } from "../faults/stdout-damage.ts";
import { appendLines, isCode } from "../world/disk.ts";

type Line = Readonly<Record<string, unknown>>;

export interface LinePrinter {
  print(line: Line): void;
  /** Prints what a fault kept back for the next connection. */
  replay(): void;
}

const dayMs = 86_400_000;

/** Prints records, with the delivery faults of the control file applied to each. */
export function createLinePrinter(call: Call, show: (line: Line) => string): LinePrinter {
  const file = path.join(call.layout.later, `${call.profile}.jsonl`);
  let kept: Line | undefined;
  const write = (line: Line, scar?: StdoutEffect) => {
    const text = `${show(line)}\n`;
    if (scar !== undefined) {
      call.sink.pieces(damaged(text, scar, { last: false }));
      if (scar.mode === "no-final-newline") void exit({ group: "exit", code: 1 }, call.sink);
      return;
    }
    const cut = call.strikes.midLine();
    if (cut === undefined) {
      call.sink.write(text);
      return;
    }
    const bytes = Buffer.from(text);
    call.sink.write(bytes.subarray(0, Math.ceil(bytes.length / 2)));
    void exit(cut, call.sink);
  };
  return {
    print(line) {
      const claimed = claimFaults(
        call.layout,
        { command: "listen", profile: call.profile },
        ({ group }) => group === "delivery" || group === "stdout",
      );
      let lines: Line[] = [line];
      let held = false;
      let scar: StdoutEffect | undefined;
      for (const { index, effect } of claimed) {
        call.journal.noteFault(index);
        if (effect.group === "stdout") scar = effect;
        if (effect.group !== "delivery") continue;
        if (effect.mode === "out-of-order") held = true;
        else if (effect.mode === "duplicate-after-reconnect") keepForLater(file, line);
        else if (effect.mode === "duplicate-in-two-processes") printFromElsewhere(`${show(line)}\n`, effect.ms ?? 50);
        else lines = lines.flatMap((entry) => damage(entry, effect.mode));
      }
      if (held && kept === undefined) {
        kept = line;
        return;
      }
      for (const entry of lines) write(entry, scar);
      if (kept !== undefined) write(kept);
      kept = undefined;
    },
    replay() {
      for (const line of takeKept(file)) write(line);
    },
  };
}

function damage(line: Line, mode: DeliveryEffect["mode"]): Line[] {
  switch (mode) {
    case "duplicate":
      return [line, line];
    case "duplicate-other-id":
      return [line, { ...line, msgId: String(Number(line["msgId"]) + 500_000) }];
    case "same-id-other-content":
      return [line, { ...line, content: `${String(line["content"])} (đã sửa)` }];
    case "missing-id":
      return [Object.fromEntries(Object.entries(line).filter(([key]) => key !== "msgId"))];
    case "old-timestamp":
      return [movedInTime(line, -3 * dayMs)];
    case "future-clock":
      return [movedInTime(line, dayMs)];
    case "milliseconds":
      return [{ ...line, timestamp: Number(line["timestamp"]) * 1000 }];
    case "seconds":
      return [{ ...line, ts: String(line["timestamp"]) }];
    case "out-of-order":
    case "duplicate-after-reconnect":
    case "duplicate-in-two-processes":
      return [line];
  }
}

function movedInTime(line: Line, ms: number): Line {
  const ts = line["ts"] === undefined ? {} : { ts: String(Number(line["ts"]) + ms) };
  return { ...line, ...ts, timestamp: Number(line["timestamp"]) + Math.floor(ms / 1000) };
}

/** Another process writes the line into the same pipe, as the late connection of a recycled listener does. */
function printFromElsewhere(text: string, ms: number): void {
  const script = `setTimeout(() => process.stdout.write(${JSON.stringify(text)}), ${ms})`;
  spawn(process.execPath, ["-e", script], { stdio: ["ignore", "inherit", "ignore"] }).unref();
}

function keepForLater(file: string, line: Line): void {
  mkdirSync(path.dirname(file), { recursive: true });
  appendLines(file, [line]);
}

function takeKept(file: string): Line[] {
  try {
    const lines = readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line !== "");
    rmSync(file);
    return lines.map((line) => JSON.parse(line) as Line);
  } catch (error) {
    if (isCode(error, "ENOENT")) return [];
    throw error;
  }
}
