import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Call, flag, switchOf, value } from "../call.ts";
import { CliError } from "../cli-error.ts";
import { crashDump } from "../faults/endings.ts";
import { requireNetwork } from "../login.ts";
import { announceLogin, type QrLogin } from "../qr-login.ts";
import { readPeople } from "../world/people.ts";
import { addProfile } from "../world/profiles.ts";
import { endSession, openSession, sessionsOf } from "../world/sessions.ts";
import { openSockets } from "../world/websocket.ts";
import { appendWire } from "../world/wire.ts";
import { refreshCache } from "./auth.ts";

export async function run(call: Call): Promise<number> {
  addProfile(call.layout, call.profile, call.disk.write);
  if (flag(call, "qr-base64")) {
    const { printDataUrl } = await import("../qr-data-url.ts");
    await printDataUrl(call);
    return 0;
  }
  call.sink.stream();
  await call.strikes.serverError("start");
  requireNetwork(call);
  const qrPath = value(call, "qr-path") ?? "qr.png";
  const login = await announceLogin(call);
  if (call.control.personality === "legacy") await drawInTerminal(call, login);
  else await showFile(call, login, qrPath);
  return follow(call, login);
}

/** No code is drawn by openzca; the file is the only source (contract 6.1). */
async function showFile(call: Call, login: QrLogin, qrPath: string): Promise<void> {
  const file = path.resolve(qrPath);
  const { toBuffer } = await import("qrcode");
  call.disk.write(file, await toBuffer(login.payload, { type: "png", scale: 6 }));
  call.out.text("");
  call.out.text("Scan this QR in your Zalo app:");
  if (flag(call, "open-qr") || (!process.stdout.isTTY && switchOf(call.env, "OPENZCA_QR_AUTO_OPEN", true))) {
    // A headless host has no viewer, and nobody listens for the failed spawn.
    process.stderr.write(crashDump("spawn xdg-open ENOENT"));
    process.exit(1);
  }
  call.out.text("This terminal does not support inline QR rendering.");
  call.out.text(`QR code saved to: ${qrPath}`);
  call.out.text(`QR file path: ${file}`);
  call.out.text(`If QR is not visible, run: xdg-open "${file}"`);
}

async function drawInTerminal(call: Call, login: QrLogin): Promise<void> {
  const { toString } = await import("qrcode");
  call.out.text("Scan this QR code with Zalo:");
  call.out.text(await toString(login.payload, { type: "utf8" }));
}

/** Waits for the phone and says what it does. Declining is no failure to this program: exit 0. */
async function follow(call: Call, login: QrLogin): Promise<number> {
  let greeted = false;
  for (;;) {
    const { state, uid } = login.read();
    const person = uid === undefined ? undefined : readPeople(call.layout).find(uid);
    if (!greeted && person !== undefined) {
      greeted = true;
      call.out.text(`Scanned by: ${person.displayName}`);
    }
    if (state === "declined") {
      call.out.text("QR login declined on phone. Retry by running auth login again.");
      return 0;
    }
    if (state === "expired") {
      call.out.text("QR expired. Retrying...");
      throw new CliError("Cannot get scan result");
    }
    if (state === "confirmed" && uid !== undefined) {
      accept(call, call.strikes.session("login-as")?.uid ?? uid);
      return 0;
    }
    await pause(25);
  }
}

function accept(call: Call, uid: string): void {
  const people = readPeople(call.layout);
  const person = people.find(uid);
  if (person === undefined) throw new CliError("Can't login");
  const before = sessionsOf(call.layout, uid).filter(({ alive }) => alive);
  const credentials = openSession(call.layout, uid);
  call.journal.countLogin();
  call.disk.write(call.layout.credentials(call.profile), `${JSON.stringify(credentials, null, 2)}\n`);
  if (call.control.newLoginKicks) {
    for (const session of before) endSession(call.layout, session);
    const tokens = new Set(before.map(({ token }) => token));
    for (const { session, profile } of openSockets(call.layout)) {
      if (tokens.has(session)) appendWire(call.layout, { kind: "socket-order", profile, close: 3003, reason: "" });
    }
  }
  call.out.text(`Logged in profile ${call.profile} as ${person.displayName} (${uid})`);
  const session = sessionsOf(call.layout, uid).at(-1);
  if (session === undefined) throw new CliError("Can't login");
  try {
    const { friends, groups } = refreshCache(call, { uid, person, session, people });
    call.out.text(`Cache refreshed: ${friends} friends, ${groups} groups`);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    call.sink.warn(`Warning: login succeeded but cache refresh failed (${error.message})`);
  }
}
