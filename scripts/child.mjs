// Runs one program of a task in the foreground: its output is ours, signals reach it, its end is awaited.
// Plain JavaScript for Node 20: it runs before anything is installed.
import { spawn } from "node:child_process";
import { constants } from "node:os";

const endings = ["SIGINT", "SIGTERM", "SIGHUP"];
/** Ctrl+C in a terminal reaches the child without us; a second one would cut its own cleanup short. */
const sharesTerminal = [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY);

/**
 * Ends with the program: its exit code, or 128 + number when a signal ended it, as in a shell; and whether we were
 * signaled meanwhile. Rejects when it does not start.
 */
export function runChild(command, args, { onStart = () => {}, ...options }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: "inherit" });
    let received;
    const forward = (signal) => {
      received = signal;
      if (signal !== "SIGINT" || !sharesTerminal) child.kill(signal);
    };
    const settle = (act) => {
      for (const signal of endings) process.off(signal, forward);
      act();
    };
    for (const signal of endings) process.on(signal, forward);
    child.once("spawn", () => onStart(child.pid));
    child.once("error", (cause) =>
      settle(() => reject(new Error(`Could not start ${command}: ${cause.message}`, { cause }))),
    );
    child.once("exit", (code, signal) => {
      // A program that takes a signal for a good end must not let the task go on.
      const endedBy = signal ?? (code === 0 ? received : undefined);
      const exitCode = endedBy === undefined ? code : 128 + constants.signals[endedBy];
      settle(() => resolve({ exitCode, isInterrupted: received !== undefined }));
    });
  });
}

/** Exit code of an `npm` call that sets something up; an interrupted one ends the task. */
export async function runNpm(args, options) {
  const { exitCode, isInterrupted } = await runChild("npm", args, options);
  if (isInterrupted) throw Object.assign(new Error("Interrupted."), { exitCode });
  return exitCode;
}
