import { randomBytes } from "node:crypto";
import path from "node:path";
import type { Call } from "./call.ts";
import { readJson, writeJson } from "./world/disk.ts";
import type { PendingLogin } from "./world/records.ts";

export interface QrLogin {
  /** What the code says; the phone needs exactly this. */
  readonly payload: string;
  /** Its state at the servers now; a code past its time is expired, whatever the phone did. */
  read(): PendingLogin;
}

/** Asks the servers for a login code. */
export async function announceLogin(call: Call): Promise<QrLogin> {
  const token = randomBytes(16).toString("hex");
  const payload = `https://id.zalo.example/qr-login?token=${token}`;
  const createdAt = Date.now();
  const file = path.join(call.layout.logins, `${token}.json`);
  const first: PendingLogin = {
    token,
    payload,
    profile: call.profile,
    pid: process.pid,
    createdAt,
    expiresAt: createdAt + call.control.qrTtlMs,
    state: "pending",
  };
  writeJson(file, first);
  return {
    payload,
    read() {
      const now = readJson(file, first);
      const open = now.state === "pending" || now.state === "scanned";
      return open && Date.now() > now.expiresAt ? { ...now, state: "expired" } : now;
    },
  };
}
