import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { type Call, numberOf, switchOf } from "../call.ts";

export interface Fetched {
  readonly url: string;
  readonly path?: string;
  readonly type?: string;
}

export interface DownloadRules {
  readonly folder: string;
  readonly maxBytes: number;
  readonly maxFiles: number;
  /** Until the response's header; 0 = no limit. The body has none. */
  readonly headerTimeoutMs: number;
  /** Stores a file; throws where it has no place. */
  store(file: string, bytes: Uint8Array): void;
}

export function downloadRules(call: Call): DownloadRules {
  const { env, disk, strikes } = call;
  const files = numberOf(env["OPENZCA_LISTEN_MEDIA_MAX_FILES"], 4);
  return {
    folder: mediaFolder(call),
    maxBytes: numberOf(env["OPENZCA_LISTEN_MEDIA_MAX_BYTES"], 20_971_520),
    maxFiles: files === 0 ? 4 : Math.min(16, files),
    headerTimeoutMs: numberOf(env["OPENZCA_LISTEN_MEDIA_FETCH_TIMEOUT_MS"], 10_000),
    store(file, bytes) {
      if (strikes.take("system", ({ mode }) => mode === "no-media-folder") !== undefined)
        throw new Error(`ENOENT: no such file or directory, open '${file}'`);
      mkdirSync(path.dirname(file), { recursive: true });
      disk.write(file, bytes);
      // Named on the line all the same: whoever reads it comes too late.
      if (strikes.take("system", ({ mode }) => mode === "media-vanishes") !== undefined) rmSync(file);
    },
  };
}

function mediaFolder({ layout, profile, env }: Call): string {
  if (switchOf(env, "OPENZCA_LISTEN_MEDIA_LEGACY_DIR", false))
    return path.join(layout.profileDir(profile), "inbound-media");
  const given = env["OPENZCA_LISTEN_MEDIA_DIR"];
  if (given) return given;
  const state =
    env["OPENCLAW_STATE_DIR"] || env["CLAWDBOT_STATE_DIR"] || path.join(env["HOME"] ?? layout.home, ".openclaw");
  return path.join(state, "media", "openzca", profile, "inbound");
}

/** Fetches what strangers link, from any host, redirects included: that is what the real listener does (contract 8.8). */
export async function downloadAll(urls: readonly string[], rules: DownloadRules): Promise<Fetched[]> {
  const all: Fetched[] = [];
  for (const url of urls.slice(0, rules.maxFiles)) all.push(await download(url, rules));
  const stored = all.filter((entry) => entry.path !== undefined);
  return stored.length > 0 ? stored : all.map((entry) => ({ url: entry.url }));
}

async function download(url: string, rules: DownloadRules): Promise<Fetched> {
  const abort = new AbortController();
  const timer = rules.headerTimeoutMs > 0 ? setTimeout(() => abort.abort(), rules.headerTimeoutMs) : undefined;
  try {
    const response = await fetch(url, { signal: abort.signal, redirect: "follow" });
    clearTimeout(timer);
    const declared = Number(response.headers.get("content-length") ?? 0);
    if (!response.ok || declared > rules.maxBytes) {
      await response.body?.cancel();
      return { url };
    }
    const bytes = Buffer.from(await response.arrayBuffer());
    if (bytes.length > rules.maxBytes) return { url };
    return store(url, bytes, response.headers.get("content-type")?.split(";")[0]?.trim(), rules);
  } catch {
    // A dead host or a full disk costs the file and nothing else: the URL stays on the line.
    return { url };
  } finally {
    clearTimeout(timer);
  }
}

const extensions: Readonly<Record<string, string>> = {
  "image/jpeg": ".jpg",
  "image/png": ".png",
  "image/webp": ".webp",
  "image/gif": ".gif",
  "video/mp4": ".mp4",
  "audio/aac": ".aac",
  "audio/mp4": ".m4a",
  "application/pdf": ".pdf",
  "text/html": ".html",
};

function store(url: string, bytes: Buffer, type: string | undefined, rules: DownloadRules): Fetched {
  const extension = extensions[type ?? ""] ?? path.extname(new URL(url).pathname);
  const file = path.join(rules.folder, `${Date.now()}-${randomBytes(4).toString("hex")}${extension || ".bin"}`);
  rules.store(file, bytes);
  return type === undefined ? { url, path: file } : { url, path: file, type };
}
