import { isZalouserError, ZalouserError } from "../../errors.js";
import type { Binary } from "./binary.js";
import type { RunResult } from "../process/collect.js";
import { type Dialect, handshakeCommands, type ZcaCommand } from "./commands.js";
import { failureError, recognizeFailure, recognizeText } from "../output/failures.js";
import { redacted } from "../output/redact.js";

/** What one `zca` program can do, learned from its own help texts. */
export interface Capabilities extends Dialect {
  readonly flavor: "openzca" | "legacy";
  readonly version: string;
  /** `auth login --qr-path`. */
  readonly qrPath: boolean;
  /** `msg upload`: files other than pictures. */
  readonly upload: boolean;
  /** `msg recent -j`: reading back what was said in a conversation. */
  readonly history: boolean;
  /** `msg send --reply-message`: an answer that quotes what it answers. */
  readonly replies: boolean;
  /** Reactions, stickers, taking back, and changing groups. */
  readonly acts: boolean;
  /** What this program cannot do, in words for status. Empty for a current openzca. */
  readonly missing: readonly string[];
}

/** Runs one call of the handshake; ends it when the signal fires. */
export type HandshakeRun = (command: ZcaCommand, signal: AbortSignal) => Promise<RunResult>;

export interface CapabilityReader {
  /**
   * One handshake per program file and change of it; simultaneous callers share it. A failure is not remembered.
   * Who cancels leaves; when all have left the calls are ended, and the last to leave settles after them. Throws `ZCA_UNRECOGNIZED`, `ZCA_TIMEOUT`, `ZCA_UNLICENSED`, or what kept the program from starting.
   */
  read(binary: Binary, accountId: string, run: HandshakeRun, signal?: AbortSignal): Promise<Capabilities>;
}

interface Handshake {
  readonly able: Promise<Capabilities>;
  readonly ending: AbortController;
  waiting: number;
}

export function createCapabilityReader(): CapabilityReader {
  const known = new Map<string, Handshake>();
  return {
    async read(binary, accountId, run, signal) {
      if (signal?.aborted) throw cancelled(accountId);
      const key = `${binary.mtimeMs} ${binary.path}`;
      const handshake = known.get(key) ?? begin(binary, accountId, run);
      known.set(key, handshake);
      const forget = () => {
        if (known.get(key) === handshake) known.delete(key);
      };
      const { promise: left, reject } = Promise.withResolvers<never>();
      const leave = () => {
        handshake.waiting -= 1;
        if (handshake.waiting > 0) return reject(cancelled(accountId));
        forget();
        handshake.ending.abort();
      };
      handshake.waiting += 1;
      signal?.addEventListener("abort", leave, { once: true });
      try {
        return await Promise.race([handshake.able, left]);
      } catch (error) {
        if (!signal?.aborted) forget();
        // Shared with another account's handshake: the failure still has to name the account that asked.
        if (!isZalouserError(error) || error.accountId === accountId) throw error;
        throw new ZalouserError(error.code, error.what, { accountId, cause: error });
      } finally {
        signal?.removeEventListener("abort", leave);
      }
    },
  };
}

function begin(binary: Binary, accountId: string, run: HandshakeRun): Handshake {
  const ending = new AbortController();
  const able = shakeHands(binary, accountId, (command) => run(command, ending.signal));
  return { able, ending, waiting: 0 };
}

function cancelled(accountId: string): ZalouserError {
  return new ZalouserError("ZCA_FAILED", "The question what zca can do was cancelled.", { accountId });
}

/** The reader all accounts of this process share. */
export const sharedCapabilities: CapabilityReader = createCapabilityReader();

type Ask = (command: ZcaCommand) => Promise<RunResult>;

async function shakeHands(binary: Binary, accountId: string, run: Ask): Promise<Capabilities> {
  // All have ended before one is judged: nothing of a failed handshake is left running.
  const ask = async (...commands: readonly ZcaCommand[]): Promise<string[]> => {
    const results = await Promise.all(commands.map(run));
    for (const [index, command] of commands.entries()) {
      const result = results[index];
      if (result) refuseUnusable(command, result, accountId);
    }
    return results.map(({ stdout }) => stdout);
  };
  const unrecognized = (what: string): ZalouserError => {
    return new ZalouserError("ZCA_UNRECOGNIZED", `The program ${binary.path} ${what}.`, { accountId });
  };

  const [versionAnswer = "", help = ""] = await ask(handshakeCommands.version, handshakeCommands.help);
  const version = versionIn(versionAnswer);
  if (version === undefined) throw unrecognized("does not answer --version with a version");
  if (!["listen", "msg", "auth"].every((word) => help.includes(word))) {
    throw unrecognized("does not describe the commands listen, msg and auth in its --help");
  }

  if (!/^\s*usage:\s*openzca\b/im.test(help)) {
    const [login = ""] = await ask(handshakeCommands.loginHelp);
    return withMissing({
      flavor: "legacy",
      version,
      supervised: false,
      endOfOptions: false,
      rawText: false,
      qrPath: login.includes("--qr-path"),
      upload: false,
      history: false,
      replies: false,
      acts: false,
    });
  }
  const { listenHelp, sendHelp, loginHelp } = handshakeCommands;
  const [listen = "", send = "", login = ""] = await ask(listenHelp, sendHelp, loginHelp);
  return withMissing({
    flavor: "openzca",
    version,
    supervised: listen.includes("--supervised"),
    endOfOptions: true,
    rawText: send.includes("--raw"),
    qrPath: login.includes("--qr-path"),
    upload: true,
    history: true,
    replies: send.includes("--reply-message"),
    acts: true,
  });
}

function refuseUnusable(command: ZcaCommand, result: RunResult, accountId: string): void {
  const { ending, stopped } = result;
  const called = command.args.join(" ");
  if (stopped === "abort") throw cancelled(accountId);
  if (stopped === "timeout") {
    const what = `zca did not answer "${[command.name, called].join(" ").trim()}" in time.`;
    throw new ZalouserError("ZCA_TIMEOUT", what, { accountId });
  }
  if (ending.kind === "exit" && ending.code === 0) return;
  const failure = recognizeFailure(command, result);
  const unlicensed = recognizeText(`${result.stderr}\n${result.stdout}`)?.code === "ZCA_UNLICENSED";
  if (unlicensed) {
    throw new ZalouserError("ZCA_UNLICENSED", "zca-cli has no active license on this machine.", { accountId });
  }
  if (ending.kind === "not-started" || failure.code === "ZCA_NOT_EXECUTABLE") throw failureError(failure, accountId);
  const said = redacted(result.stderr);
  const detail = said === "" ? "" : ` and said: ${said}`;
  throw new ZalouserError("ZCA_UNRECOGNIZED", `The program failed at "${called}"${detail}.`, { accountId });
}

function versionIn(stdout: string): string | undefined {
  const line = stdout.split(/\r?\n/).find((candidate) => candidate.trim() !== "") ?? "";
  if (line.length > 80) return undefined;
  return /(?:^|[\s/v@])(\d+\.\d+\.\d+(?:-[\w.]+)?)\s*$/.exec(line)?.[1];
}

function withMissing(found: Omit<Capabilities, "missing">): Capabilities {
  const missing = [
    ...(found.supervised ? [] : ["heartbeats of the listener (a silent one is noticed late)"]),
    ...(found.rawText ? [] : ["text sent exactly as written"]),
    ...(found.qrPath ? [] : ["login in the web interface (the code appears only in a terminal)"]),
    ...(found.flavor === "openzca" ? [] : ["login with a saved session"]),
    ...(found.upload ? [] : ["sending files other than pictures"]),
    ...(found.history ? [] : ["reading back what was written while it was not listening"]),
    ...(found.replies ? [] : ["answers that quote what they answer"]),
    ...(found.acts ? [] : ["reactions, stickers, taking messages back, changing groups"]),
  ];
  return { ...found, missing };
}
