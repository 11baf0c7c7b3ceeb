import { mkdtemp, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { detectMime, extensionForMime } from "openclaw/plugin-sdk/media-mime";
import { LocalMediaAccessError, loadWebMedia } from "openclaw/plugin-sdk/web-media";
import { DEFAULT_MEDIA_MAX_MB } from "../../config.js";
import { describeError, ZalouserError } from "../../errors.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { ensurePrivateFolder } from "../account/slot.js";
import { outgoingFolder } from "./outgoing.js";

/** A file ready for zca: private, ASCII name, true extension in lower case. */
export interface StagedMedia {
  readonly path: string;
  discard(): Promise<void>;
}

/** The host's rules for what may be read: its roots, its reader, its sandbox. */
export interface MediaAccess {
  readonly localRoots?: readonly string[] | undefined;
  readonly readFile?: ((file: string) => Promise<Buffer>) | undefined;
  readonly workspaceDir?: string | undefined;
}

/**
 * Loads a local path, `file:` or http(s) URL through the host's guarded loader and stages it below the account's
 * folder. The kind comes from the content, never from a suffix, and commas cannot reach zca, which splits at them.
 */
export async function stageMedia(
  account: ResolvedAccount,
  mediaUrl: string,
  access: MediaAccess,
): Promise<StagedMedia> {
  const media = await loadMedia(account, mediaUrl, access);
  if (media.buffer.length === 0) {
    throw new ZalouserError("MEDIA_EMPTY", "The file to send is empty.", { accountId: account.accountId });
  }
  const mime = (await detectMime({ buffer: media.buffer, headerMime: media.contentType ?? null })) ?? media.contentType;
  const extension = extensionOf(mime, media.fileName);
  const root = outgoingFolder(account.accountId);
  ensurePrivateFolder(root);
  const folder = await mkdtemp(path.join(root, "m-"));
  const file = path.join(folder, `${asciiStem(media.fileName)}${extension}`);
  const discard = () => rm(folder, { recursive: true, force: true });
  try {
    await writeFile(file, media.buffer, { mode: 0o600 });
  } catch (error) {
    await discard();
    throw error;
  }
  return { path: file, discard };
}

async function loadMedia(account: ResolvedAccount, mediaUrl: string, access: MediaAccess) {
  const { accountId } = account;
  const maxMb = account.settings.mediaMaxMb ?? DEFAULT_MEDIA_MAX_MB;
  try {
    return await loadWebMedia(mediaUrl, {
      maxBytes: maxMb * 1024 * 1024,
      optimizeImages: false,
      ...(access.localRoots === undefined ? {} : { localRoots: access.localRoots }),
      ...(access.readFile === undefined ? {} : { readFile: access.readFile, hostReadCapability: true }),
      ...(access.workspaceDir === undefined ? {} : { workspaceDir: access.workspaceDir }),
    });
  } catch (cause) {
    throw mediaError(accountId, maxMb, mediaUrl, cause);
  }
}

function mediaError(accountId: string, maxMb: number, mediaUrl: string, cause: unknown): ZalouserError {
  const options = { accountId, cause };
  const what = describeError(cause);
  const isLink = /^https?:/i.test(mediaUrl);
  if (cause instanceof LocalMediaAccessError && cause.code !== "not-found") {
    return new ZalouserError("MEDIA_NOT_ALLOWED", `The file may not be read: ${what}.`, options);
  }
  if (/exceeds|too large|larger than/i.test(what)) {
    return new ZalouserError("MEDIA_TOO_LARGE", `The file is larger than ${maxMb} MB.`, options);
  }
  if (isLink) return new ZalouserError("MEDIA_UNREACHABLE", `The link could not be loaded: ${what}.`, options);
  if (cause instanceof LocalMediaAccessError || /ENOENT|no such file|not found/i.test(what)) {
    return new ZalouserError("MEDIA_NOT_FOUND", "The file to send does not exist.", options);
  }
  return new ZalouserError("MEDIA_NOT_ALLOWED", `The file may not be read: ${what}.`, options);
}

function extensionOf(mime: string | undefined, fileName: string | undefined): string {
  const byContent = extensionForMime(mime);
  const byName = path.extname(fileName ?? "").toLowerCase();
  const extension = mime === "application/octet-stream" || byContent === undefined ? byName : byContent;
  if (!/^\.[a-z0-9]{1,8}$/.test(extension)) return ".bin";
  return extension === ".jpeg" ? ".jpg" : extension;
}

/** "Báo cáo tháng 11.pdf" → "Bao-cao-thang-11": the name the recipient sees, safe in an argument list. */
function asciiStem(fileName: string | undefined): string {
  const stem = path.basename(fileName ?? "", path.extname(fileName ?? ""));
  const ascii = stem
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replace(/[đĐ]/g, (letter) => (letter === "đ" ? "d" : "D"))
    .replace(/[^A-Za-z0-9_-]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);
  return ascii === "" ? "file" : ascii;
}
