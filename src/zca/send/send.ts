import { statSync } from "node:fs";
import path from "node:path";
import { type ErrorCode, isZalouserError, ZalouserError } from "../../errors.js";
import type { RunResult } from "../process/collect.js";
import {
  type Dialect,
  type FileMessage,
  sendImageCommand,
  sendLinkCommand,
  sendTextCommand,
  type TextMessage,
  type Thread,
  uploadCommand,
  type ZcaCommand,
} from "../program/commands.js";
import { stickerCommand } from "../program/act-commands.js";
import type { Capabilities } from "../program/capabilities.js";
import { diagnose } from "../program/diagnose.js";
import { type Failure, failureError } from "../output/failures.js";
import { messageIdsIn } from "../output/inspect-output.js";
import type { SendOutcome } from "./outcome.js";
import type { Zca } from "../program/run.js";

/** Sends one text as one Zalo message. Never throws; never retries. */
export function sendText(zca: Zca, message: TextMessage, signal?: AbortSignal): Promise<SendOutcome> {
  // The operating system would end the text there.
  if (message.text.includes("\0")) return unsent(zca, "TEXT_INVALID", "The text holds a NUL character.");
  return deliver(zca, (dialect) => sendTextCommand(message, dialect), signal);
}

// With any other ending, upper case included, `msg image` waits for an event that never comes and reports success.
const pictureEndings = new Set([".jpg", ".jpeg", ".png", ".webp", ".gif"]);

/** Whether a file can carry a caption in the same message; otherwise the caption is a message of its own. */
export function carriesCaption(file: string): boolean {
  const ending = path.extname(file);
  // A GIF's caption goes out as a separate text first, so a failure after it would look like nothing was sent.
  return pictureEndings.has(ending) && ending !== ".gif";
}

/** Whether a file is sent over the listener's websocket instead of plain HTTP. */
export function travelsByListener(file: string): boolean {
  return !pictureEndings.has(path.extname(file));
}

/** Sends one local file: pictures as pictures, everything else as upload. A caption only where `carriesCaption`. */
export function sendFile(
  zca: Zca,
  message: FileMessage & { readonly caption?: string },
  signal?: AbortSignal,
): Promise<SendOutcome> {
  const { file, caption } = message;
  if (caption !== undefined && !carriesCaption(file)) {
    return unsent(zca, "ZCA_USAGE", "This kind of file cannot carry a caption.");
  }
  if (!isFile(file)) return unsent(zca, "MEDIA_NOT_FOUND", "The file to send does not exist.");
  if (!travelsByListener(file)) {
    return deliver(zca, (dialect) => sendImageCommand(message, dialect), signal);
  }
  return deliver(zca, (dialect, { upload }) => (upload ? uploadCommand(message, dialect) : undefined), signal);
}

/** A sticker by its number. */
export function sendSticker(
  zca: Zca,
  message: Thread & { readonly stickerId: string },
  signal?: AbortSignal,
): Promise<SendOutcome> {
  return deliver(zca, (dialect, { acts }) => (acts ? stickerCommand(message, dialect) : undefined), signal);
}

export function sendLink(
  zca: Zca,
  message: Thread & { readonly url: string },
  signal?: AbortSignal,
): Promise<SendOutcome> {
  return deliver(zca, (dialect) => sendLinkCommand(message, dialect), signal);
}

const notHandedOver = "The message was cancelled before it was handed to zca.";

type Build = (dialect: Dialect, able: Pick<Capabilities, "upload" | "acts">) => ZcaCommand | undefined;

async function deliver(zca: Zca, build: Build, signal: AbortSignal | undefined): Promise<SendOutcome> {
  let command: ZcaCommand | undefined;
  let result: RunResult;
  try {
    const able = await zca.capabilities(signal);
    command = build(able, able);
    if (!command) return await unsent(zca, "ZCA_UNSUPPORTED", `zca ${able.version} can send only text and pictures.`);
    result = await zca.run(command, { signal });
  } catch (error) {
    // Nothing of the above throws once a child runs.
    if (signal?.aborted) return await unsent(zca, "SEND_STOPPED", notHandedOver);
    return { kind: "unsent", error: asZalouserError(zca, error) };
  }
  return outcomeOf(zca, command, result);
}

/** An id in the answer decides before the exit code: a crash can follow success. */
function outcomeOf(zca: Zca, command: ZcaCommand, result: RunResult): SendOutcome {
  const { accountId } = zca;
  const messageIds = messageIdsIn(result.stdout);
  if (messageIds.length > 0) return { kind: "sent", messageIds };
  const { ending, stopped } = result;
  if (stopped === "abort" && ending.kind === "not-started") {
    return { kind: "unsent", error: new ZalouserError("SEND_STOPPED", notHandedOver, { accountId }) };
  }
  const failure = diagnose(zca, command, result);
  if (failure.unsent && stopped === undefined) return { kind: "unsent", error: failureError(failure, accountId) };
  const error = new ZalouserError("SEND_UNCONFIRMED", unconfirmed(command, result, failure), {
    accountId,
    cause: failureError(failure, accountId),
  });
  return { kind: "unknown", error };
}

function unconfirmed(command: ZcaCommand, { ending, stopped }: RunResult, failure: Failure): string {
  if (stopped === "abort") return `zca was ended during "${command.name}"; the message may be out.`;
  if (ending.kind === "exit" && ending.code === 0) return `zca ended "${command.name}" without a message id.`;
  return `${failure.what} The message may be out.`;
}

async function unsent(zca: Zca, code: ErrorCode, what: string): Promise<SendOutcome> {
  return { kind: "unsent", error: new ZalouserError(code, what, { accountId: zca.accountId }) };
}

export function asZalouserError(zca: Zca, error: unknown): ZalouserError {
  if (isZalouserError(error)) return error;
  return new ZalouserError("ZCA_FAILED", "The call could not be made.", { accountId: zca.accountId, cause: error });
}

function isFile(file: string): boolean {
  try {
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
