import { type ErrorCode, ZalouserError } from "../../errors.js";
import type { ZcaCommand } from "../program/commands.js";
import { redacted } from "./redact.js";
import type { RunResult } from "../process/collect.js";

/** A recognized failure. */
export interface Failure {
  readonly code: ErrorCode;
  readonly what: string;
  /** True when the failure proves that nothing was sent. */
  readonly unsent: boolean;
}

interface KnownText {
  readonly code: ErrorCode;
  readonly what: string;
  readonly unsent: boolean;
  /** Any of these, folded: NFC, lower case. */
  readonly texts: readonly string[];
}

const halfWritten = "unexpected end of json input";

// Most specific first. "Unsent" holds where the program or the server refuses before anything is delivered.
const known: readonly KnownText[] = [
  refused("ZCA_LOGGED_OUT", "zca has no session for this profile.", [
    "has no credentials",
    "not logged in",
    "no saved credentials",
    "does not exist. create it with",
    "credential file must include",
  ]),
  refused("ZCA_LOGIN_REFUSED", "Zalo refused the saved session.", [
    "đăng nhập thất bại",
    "session key was improperly submitted",
    "khởi tạo ngữ cảnh thất bại",
    "cookie is not available",
  ]),
  // Any answer but success, such as a passing 502, and always before the call itself.
  refused("ZCA_NETWORK", "Zalo's servers did not answer the login.", [
    "failed to fetch login info",
    "failed to fetch server info",
  ]),
  refused("ZCA_RECIPIENT_REFUSED", "The recipient does not take messages from strangers.", [
    "chặn không nhận tin nhắn từ người lạ",
  ]),
  refused("ZCA_RECIPIENT_UNAVAILABLE", "Zalo does not let this account write to that conversation now.", [
    "không thể nhận tin nhắn từ bạn",
  ]),
  refused("ZCA_RATE_LIMITED", "Zalo refused the request because there were too many.", [
    "vượt quá số request cho phép",
    "tìm số điện thoại quá nhiều lần",
    "max_quota_invite_stranger",
  ]),
  refused("ZCA_BAD_TARGET", "Zalo does not accept this conversation id.", [
    "tham số không hợp lệ",
    "group not found",
    "missing threadid",
  ]),
  refused("MENTION_AMBIGUOUS", "zca matched a mention in the text to more than one group member and sent nothing.", [
    "ambiguous mention",
  ]),
  refused("TEXT_EMPTY", "The message has no text.", ["missing message content"]),
  refused("MEDIA_NOT_FOUND", "zca cannot read the file to send.", ["file not found", "cannot read image size"]),
  refused("MEDIA_REFUSED", "Zalo does not accept this kind or number of files.", [
    "is not allowed",
    "exceed maximum file of",
  ]),
  refused("MEDIA_REFUSED", "The file is larger than Zalo accepts.", ["exceed maximum size"]),
  refused("ZCA_BUSY", "Another zca process owns this profile.", [
    "another openzca listener already owns",
    "active listener owner detected",
  ]),
  refused("QUOTE_REFUSED", "zca does not take this message for a quote.", [
    "for --reply-message",
    "missing reply message",
    "reply message content",
    "reply message belongs to",
    "quote type is not available",
  ]),
  refused("STICKER_UNKNOWN", "Zalo has no sticker with this number.", ["error: sticker "]),
  refused("LOGIN_EXPIRED", "The QR code expired before it was scanned.", ["cannot get scan result"]),
  refused("LOGIN_FAILED", "Zalo did not hand out a QR code.", [
    "unable to generate qrcode",
    "cannot get api login version",
    "can't login",
    "timed out waiting for qr image",
  ]),
  refused("ZCA_UNLICENSED", "zca-cli has no active license on this machine.", [
    "license is not",
    "license not",
    "no license",
    "license required",
    "license expired",
    "license invalid",
    "invalid license",
    "activate your license",
    "license activate",
    "requires a license",
    "not licensed",
    "unlicensed",
  ]),
  // The files it reads are shared and written in place, so this passes; see `diagnose` for the one that does not.
  refused("ZCA_FAILED", "zca found one of its files half written.", [halfWritten]),
  // These may strike while the answer to a delivered message is on its way.
  lost("ZCA_NETWORK", "zca could not reach Zalo.", [
    "fetch failed",
    "request failed with status code",
    "failed to parse response data",
    "econnreset",
    "etimedout",
    "enotfound",
    "socket hang up",
    "upload listener closed before ready",
    "upload ipc connection closed",
  ]),
  lost("ZCA_TIMEOUT", "zca gave up waiting.", ["timed out waiting"]),
];

function refused(code: ErrorCode, what: string, texts: readonly string[]): KnownText {
  return { code, what, texts, unsent: true };
}

function lost(code: ErrorCode, what: string, texts: readonly string[]): KnownText {
  return { code, what, texts, unsent: false };
}

/** The failure a text of the program stands for, if it is a known one. */
export function recognizeText(text: string): Failure | undefined {
  const folded = text.normalize("NFC").toLowerCase();
  return known.find(({ texts }) => texts.some((known) => folded.includes(known)));
}

const parserErrors =
  /^error: (?:unknown (?:option|command)|missing required argument|too many arguments|option '.*|command-argument)/s;

/** Classifies a call that did not succeed. Total: an unknown ending is `ZCA_FAILED`. */
export function recognizeFailure(command: ZcaCommand, result: RunResult): Failure {
  const { ending, stopped, stderr } = result;
  if (ending.kind === "not-started") return neverStarted(ending.errno);
  const lines = errorLines(stderr);
  // First, because it repeats arguments: a message that talks about a refusal must not be taken for one.
  const parserError = lines.find((line) => parserErrors.test(line));
  if (parserError !== undefined) {
    const what = `zca did not understand the command "${command.name}": ${redacted(parserError, command.private)}`;
    return { code: "ZCA_USAGE", what, unsent: true };
  }
  const marked = errorLines(result.stdout).filter(isMarked);
  const byText = recognizeText([...lines, ...marked].join("\n"));
  if (byText) return byText;
  if (stopped === "timeout") {
    return { code: "ZCA_TIMEOUT", what: `zca did not finish "${command.name}" in time and was ended.`, unsent: false };
  }
  if (ending.kind === "signal") {
    return { code: "ZCA_FAILED", what: `zca was ended by ${ending.signal} during "${command.name}".`, unsent: false };
  }
  if (ending.code === 126 || ending.code === 127) {
    const what = "zca cannot run: the program or the interpreter it needs (node) is not on the PATH of this process.";
    return { code: "ZCA_NOT_EXECUTABLE", what, unsent: true };
  }
  const said = redacted(lines[0] ?? "", command.private);
  const detail = said === "" ? "" : `: ${said}`;
  return {
    code: "ZCA_FAILED",
    what: `zca ended "${command.name}" with exit code ${ending.code}${detail}.`,
    unsent: false,
  };
}

/** The error of a failed call. Carries a code and at most one redacted line, never message text. */
export function failureError(failure: Failure, accountId: string): ZalouserError {
  return new ZalouserError(failure.code, failure.what, { accountId });
}

function neverStarted(errno: string): Failure {
  const unsent = true;
  switch (errno) {
    case "ENOENT":
      return { code: "ZCA_NOT_FOUND", what: "The zca program, or the interpreter it names, does not exist.", unsent };
    case "EACCES":
    case "ENOEXEC":
      return { code: "ZCA_NOT_EXECUTABLE", what: "The zca program cannot be executed.", unsent };
    case "E2BIG":
      return { code: "TEXT_TOO_LONG", what: "The text is too long for one command.", unsent };
    case "STATE":
      return { code: "STATE_UNWRITABLE", what: "The record of the zca process cannot be written.", unsent };
    default:
      return { code: "ZCA_FAILED", what: `The zca program could not be started (${errno}).`, unsent };
  }
}

/** The lines that carry an error; the whole text when none is marked as one. */
function errorLines(text: string): string[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const marked = lines.filter(isMarked);
  return marked.length > 0 ? marked : lines.filter((line) => line !== "");
}

function isMarked(line: string): boolean {
  return /^(?:error|warning|listener error)\b/i.test(line);
}
