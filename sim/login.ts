import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { Call } from "./call.ts";
import { CliError } from "./cli-error.ts";
import { serverTexts } from "./faults/server-texts.ts";
import { isCutOff } from "./world/outage.ts";
import { isCode } from "./world/disk.ts";
import { type People, readPeople } from "./world/people.ts";
import type { Person, Session } from "./world/records.ts";
import { endSession, findSession, isRecord } from "./world/sessions.ts";
import { appendWire } from "./world/wire.ts";

/** Who this profile is, once the servers accepted its session. */
export interface Self {
  readonly uid: string;
  readonly person: Person;
  readonly session: Session;
  readonly people: People;
}

/** Nothing says more about an unreachable server than this (contract 10). */
export function requireNetwork(call: Call): void {
  if (isCutOff(call.layout)) throw new CliError(serverTexts["network-down"]);
}

export const loginFailed = "Đăng nhập thất bại";

/** The login every API command makes before its work. */
export async function logIn(
  call: Call,
  missing = `Profile "${call.profile}" has no credentials. Run: auth login`,
): Promise<Self> {
  const credentials = readCredentials(call, missing);
  requireNetwork(call);
  call.journal.countLogin();
  if (call.control.delayMs.login > 0) await pause(call.control.delayMs.login);
  if (call.command.writes !== true) await call.strikes.serverError("start");
  const session = findSession(call.layout, credentials["cookie"]);
  expireWhenTold(call, session);
  const current = findSession(call.layout, credentials["cookie"]);
  if (current?.alive !== true || call.strikes.session("refuse") !== undefined) throw new CliError(loginFailed);
  const people = readPeople(call.layout);
  const person = people.find(current.uid);
  if (person === undefined) throw new CliError(loginFailed);
  return { uid: current.uid, person, session: current, people };
}

function readCredentials(call: Call, missing: string): Record<string, unknown> {
  const text = readOrExplain(call.layout.credentials(call.profile), missing);
  const parsed: unknown = JSON.parse(text);
  if (!isRecord(parsed) || !parsed["imei"] || !parsed["cookie"] || !parsed["userAgent"]) {
    throw new CliError("Credential file must include imei, cookie, and userAgent.");
  }
  return parsed;
}

function readOrExplain(file: string, missing: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (isCode(error, "ENOENT")) throw new CliError(missing);
    throw error;
  }
}

/** On `listen` an expiry may come later, while connected; the listener asks for it itself. */
function expireWhenTold(call: Call, session: Session | undefined): void {
  if (session === undefined || call.command.module === "listen") return;
  const expired = call.strikes.session("expire") !== undefined;
  const elsewhere = call.strikes.session("login-elsewhere") !== undefined;
  if (expired) endSession(call.layout, session);
  if (expired || elsewhere)
    appendWire(call.layout, { kind: "socket-order", profile: call.profile, close: 3003, reason: "" });
}
