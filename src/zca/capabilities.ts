import { isZalouserError, ZalouserError } from "../errors.js";
import type { Binary } from "./binary.js";
import type { RunResult } from "./collect.js";
import { handshakeCommands, type ZcaCommand } from "./commands.js";
import { failureError, recognizeFailure, recognizeText } from "./failures.js";
import { redacted } from "./redact.js";

/** What one `zca` program can do, learned from its own help texts. */
export interface Capabilities {
  readonly flavor: "openzca" | "legacy";
  readonly version: string;
  /** `listen --supervised`: lifecycle lines and heartbeats. */
  readonly supervised: boolean;
  /** `--` ends the options. */
  readonly endOfOptions: boolean;
  /** `msg send --raw`: text sent verbatim. */
  readonly rawText: boolean;
  /** `msg send --reply-message`. */
  readonly replyMessage: boolean;
  /** `auth login --qr-path`. */
  readonly qrPath: boolean;
  /** `msg upload`: files other than pictures. */
  readonly upload: boolean;
  /** What this program cannot do, in words for status. Empty for a current openzca. */
  readonly missing: readonly string[];
}

/** Runs one call of the handshake. */
export type HandshakeRun = (command: ZcaCommand) => Promise<RunResult>;

export interface CapabilityReader {
  /**
   * One handshake per program file and change of it; simultaneous callers share it. A failure is not remembered.
   * Throws `ZCA_UNRECOGNIZED`, `ZCA_TIMEOUT`, `ZCA_UNLICENSED`, or what kept the program from starting.
   */
  read(binary: Binary, accountId: string, run: HandshakeRun): Promise<Capabilities>;
}

export function createCapabilityReader(): CapabilityReader {
  const known = new Map<string, Promise<Capabilities>>();
  return {
    async read(binary, accountId, run) {
      const key = `${binary.mtimeMs} ${binary.path}`;
      const reading = known.get(key) ?? shakeHands(binary, accountId, run);
      known.set(key, reading);
      try {
        return await reading;
      } catch (error) {
        if (known.get(key) === reading) known.delete(key);
        // Shared with another account's handshake: the failure still has to name the account that asked.
        if (!isZalouserError(error) || error.accountId === accountId) throw error;
        throw new ZalouserError(error.code, error.what, { accountId, cause: error });
      }
    },
  };
}

/** The reader all accounts of this process share. */
export const sharedCapabilities: CapabilityReader = createCapabilityReader();

async function shakeHands(binary: Binary, accountId: string, run: HandshakeRun): Promise<Capabilities> {
  const ask = async (command: ZcaCommand): Promise<RunResult> => {
    const result = await run(command);
    refuseUnusable(command, result, accountId);
    return result;
  };
  const unrecognized = (what: string): ZalouserError => {
    return new ZalouserError("ZCA_UNRECOGNIZED", `The program ${binary.path} ${what}.`, { accountId });
  };

  const [versionAnswer, helpAnswer] = await Promise.all([ask(handshakeCommands.version), ask(handshakeCommands.help)]);
  const version = versionIn(versionAnswer);
  if (version === undefined) throw unrecognized("does not answer --version with a version");
  const help = helpAnswer.stdout;
  if (!["listen", "msg", "auth"].every((word) => help.includes(word))) {
    throw unrecognized("does not describe the commands listen, msg and auth in its --help");
  }

  if (!/^\s*usage:\s*openzca\b/im.test(help)) {
    const login = await ask(handshakeCommands.loginHelp);
    return withMissing({
      flavor: "legacy",
      version,
      supervised: false,
      endOfOptions: false,
      rawText: false,
      replyMessage: false,
      qrPath: login.stdout.includes("--qr-path"),
      upload: false,
    });
  }
  const [listen, send, login] = await Promise.all([
    ask(handshakeCommands.listenHelp),
    ask(handshakeCommands.sendHelp),
    ask(handshakeCommands.loginHelp),
  ]);
  return withMissing({
    flavor: "openzca",
    version,
    supervised: listen.stdout.includes("--supervised"),
    endOfOptions: true,
    rawText: send.stdout.includes("--raw"),
    replyMessage: send.stdout.includes("--reply-message"),
    qrPath: login.stdout.includes("--qr-path"),
    upload: true,
  });
}

function refuseUnusable(command: ZcaCommand, result: RunResult, accountId: string): void {
  const { ending, stopped } = result;
  const called = command.args.join(" ");
  if (stopped === "timeout") {
    const what = `zca did not answer "${[command.name, called].join(" ").trim()}" in time.`;
    throw new ZalouserError("ZCA_TIMEOUT", what, { accountId });
  }
  if (ending.kind === "exit" && ending.code === 0) return;
  const failure = recognizeFailure(command, result);
  const unlicensed = recognizeText(`${result.stderr}\n${result.stdout}`)?.code === "ZCA_UNLICENSED";
  if (unlicensed) {
    throw new ZalouserError("ZCA_UNLICENSED", "zca-cli has no active licence on this machine.", { accountId });
  }
  if (ending.kind === "not-started" || failure.code === "ZCA_NOT_EXECUTABLE") throw failureError(failure, accountId);
  const said = redacted(result.stderr);
  const detail = said === "" ? "" : ` and said: ${said}`;
  throw new ZalouserError("ZCA_UNRECOGNIZED", `The program failed at "${called}"${detail}.`, { accountId });
}

function versionIn({ stdout }: RunResult): string | undefined {
  const line = stdout.split(/\r?\n/).find((candidate) => candidate.trim() !== "") ?? "";
  if (line.length > 80) return undefined;
  return /(?:^|[\s/v@])(\d+\.\d+\.\d+(?:-[\w.]+)?)\s*$/.exec(line)?.[1];
}

function withMissing(found: Omit<Capabilities, "missing">): Capabilities {
  const missing = [
    ...(found.supervised ? [] : ["heartbeats of the listener (a silent one is noticed late)"]),
    ...(found.rawText ? [] : ["text sent exactly as written"]),
    ...(found.replyMessage ? [] : ["replies that quote a message"]),
    ...(found.qrPath ? [] : ["login in the web interface (the code appears only in a terminal)"]),
    ...(found.upload ? [] : ["sending files other than pictures"]),
  ];
  return { ...found, missing };
}
