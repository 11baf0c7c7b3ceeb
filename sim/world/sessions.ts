import { createHash, randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import path from "node:path";
import { isCode, readJson, writeJson } from "./disk.ts";
import type { Layout } from "./layout.ts";
import type { Session } from "./records.ts";

export interface Credentials {
  readonly imei: string;
  readonly cookie: readonly {
    readonly key: string;
    readonly value: string;
    readonly domain: string;
    readonly path: string;
  }[];
  readonly userAgent: string;
  readonly language: string;
}

/** Opens a login session at the servers and returns what the client stores. */
export function openSession(layout: Layout, uid: string): Credentials {
  const token = randomBytes(16).toString("hex");
  saveSession(layout, { token, uid, alive: true, at: Date.now() });
  const imei = createHash("sha1").update(token).digest("hex").slice(0, 32);
  return {
    imei: `${imei.slice(0, 8)}-${imei.slice(8, 12)}-${imei.slice(12, 16)}-${imei.slice(16, 20)}-${imei.slice(20)}`,
    cookie: [
      { key: "zpsid", value: token, domain: "zalo.me", path: "/" },
      { key: "_zlang", value: "vn", domain: "zalo.me", path: "/" },
    ],
    userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    language: "vi",
  };
}

/** The session these cookies belong to; undefined when the servers do not know them. */
export function findSession(layout: Layout, cookie: unknown): Session | undefined {
  const jar: unknown = isRecord(cookie) && "cookies" in cookie ? cookie["cookies"] : cookie;
  if (!Array.isArray(jar)) return undefined;
  for (const entry of jar as unknown[]) {
    if (!isRecord(entry) || entry["key"] !== "zpsid") continue;
    const token = entry["value"];
    if (typeof token === "string" && /^[0-9a-f]{32}$/u.test(token)) {
      return readJson<Session | undefined>(path.join(layout.sessions, `${token}.json`), undefined);
    }
  }
  return undefined;
}

/** The session a profile's credentials name, dead or alive. */
export function sessionOf(layout: Layout, profile: string): Session | undefined {
  return findSession(layout, readJson<{ cookie?: unknown }>(layout.credentials(profile), {}).cookie);
}

export function endSession(layout: Layout, session: Session): void {
  saveSession(layout, { ...session, alive: false });
}

export function sessionsOf(layout: Layout, uid: string): Session[] {
  try {
    return readdirSync(layout.sessions)
      .filter((name) => name.endsWith(".json"))
      .map((name) => readJson<Session | undefined>(path.join(layout.sessions, name), undefined))
      .filter((session) => session !== undefined)
      .filter((session) => session.uid === uid);
  } catch (error) {
    if (isCode(error, "ENOENT")) return [];
    throw error;
  }
}

function saveSession(layout: Layout, session: Session): void {
  writeJson(path.join(layout.sessions, `${session.token}.json`), session);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
