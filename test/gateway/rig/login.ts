import type { CliOptions, Host } from "./host.ts";
import type { ProgramResult, RunningProgram } from "./program.ts";
import { readTerminalQrs } from "./terminal-qr.ts";

export interface LoginDialogue {
  readonly program: RunningProgram;
  /** Waits for the nth code drawn on the terminal (from 1), saying yes when the risk is asked about, and reads it. */
  code(nth?: number): Promise<string>;
  /** What was printed when the risk was asked about; undefined when it was not. */
  riskQuestion(): string | undefined;
  ended(): Promise<ProgramResult>;
}

const openQuestion = /\?[^\n?]{0,40}$/u;

/** Runs `openclaw channels login --channel zalouser` in a terminal and plays the person in front of it. */
export async function openLogin(
  host: Host,
  args: readonly string[] = [],
  options: CliOptions = {},
): Promise<LoginDialogue> {
  return inFrontOf(
    await host.start(["channels", "login", "--channel", "zalouser", ...args], { ...options, pty: true }),
  );
}

/** Plays the person in front of a login that was started in a terminal. */
export function inFrontOf(program: RunningProgram): LoginDialogue {
  let asked: string | undefined;
  const answerRisk = () => {
    if (asked !== undefined || !openQuestion.test(program.text())) return;
    asked = program.text();
    program.write("yes\r");
  };
  return {
    program,
    riskQuestion: () => asked,
    ended: () => program.exited,
    async code(nth = 1) {
      const payload = await program.until(`QR code ${nth}`, () => {
        answerRisk();
        return readable(program.output())[nth - 1];
      });
      return String(payload);
    },
  };
}

/** A code that is still being drawn cannot be read yet. */
function readable(output: string): string[] {
  try {
    return readTerminalQrs(output);
  } catch {
    return [];
  }
}
