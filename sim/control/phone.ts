import { readdirSync } from "node:fs";
import path from "node:path";
import { isCode, readJson, writeJson } from "../world/disk.ts";
import type { Layout } from "../world/layout.ts";
import type { PendingLogin } from "../world/records.ts";

/** The phone with the Zalo app on it: it knows a login only by what the QR code says. */
export interface Phone {
  /** Logins whose code is shown and neither used nor expired. */
  pendingLogins(): PendingLogin[];
  /** Points the camera at a code; `as` is whose phone it is. */
  scanQr(payload: string, options: { readonly as: string }): void;
  confirmQr(payload: string): void;
  declineQr(payload: string): void;
  /** The code grows too old at once. */
  expireQr(payload: string): void;
}

export function createPhone(layout: Layout): Phone {
  const all = () => readLogins(layout);
  const change = (payload: string, from: readonly PendingLogin["state"][], changes: Partial<PendingLogin>) => {
    const login = all().find((candidate) => candidate.payload === payload);
    if (login === undefined) throw new Error("Zalo does not know this QR code.");
    if (!from.includes(login.state) || Date.now() > login.expiresAt)
      throw new Error(`This QR code is ${stateNow(login)}.`);
    writeJson(path.join(layout.logins, `${login.token}.json`), { ...login, ...changes });
  };
  return {
    pendingLogins: () => all().filter((login) => ["pending", "scanned"].includes(stateNow(login))),
    scanQr: (payload, { as }) => change(payload, ["pending"], { state: "scanned", uid: as }),
    confirmQr: (payload) => change(payload, ["scanned"], { state: "confirmed" }),
    declineQr: (payload) => change(payload, ["scanned"], { state: "declined" }),
    expireQr: (payload) => change(payload, ["pending", "scanned"], { expiresAt: 0 }),
  };
}

function stateNow(login: PendingLogin): PendingLogin["state"] {
  return Date.now() > login.expiresAt && ["pending", "scanned"].includes(login.state) ? "expired" : login.state;
}

function readLogins(layout: Layout): PendingLogin[] {
  try {
    return readdirSync(layout.logins)
      .filter((name) => name.endsWith(".json"))
      .map((name) => readJson<PendingLogin | undefined>(path.join(layout.logins, name), undefined))
      .filter((login) => login !== undefined)
      .sort((a, b) => a.createdAt - b.createdAt);
  } catch (error) {
    if (isCode(error, "ENOENT")) return [];
    throw error;
  }
}
