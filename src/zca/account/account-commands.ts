import { z } from "zod";
import { ZalouserError } from "../../errors.js";
import type { RunResult } from "../process/collect.js";
import {
  authStatusCommand,
  friendFindCommand,
  friendListCommand,
  groupListCommand,
  groupMembersCommand,
  logoutCommand,
  ownIdCommand,
  ownProfileCommand,
  type ZcaCommand,
} from "../program/commands.js";
import { memberInfoCommand } from "../program/act-commands.js";
import { diagnose } from "../program/diagnose.js";
import { failureError } from "../output/failures.js";
import { inspectedField } from "../output/inspect-output.js";
import { findJsonDocument } from "../output/json-document.js";
import type { Zca } from "../program/run.js";
import { idOf, isRecord, nameOf, textOf } from "../output/values.js";

/** A Zalo user as the directory knows them. Ids are exact digits, names NFC. */
export interface Person {
  readonly userId: string;
  readonly displayName: string;
  readonly zaloName?: string;
  readonly avatar?: string;
}

export interface Group {
  readonly groupId: string;
  readonly name: string;
  readonly memberCount?: number;
  /** As far as the list names them; large groups are not complete. */
  readonly memberIds: readonly string[];
}

/** Who a profile is logged in as. `userId` is missing when the program says "logged in" without naming anybody. */
export type AuthStatus =
  | { readonly loggedIn: true; readonly userId?: string; readonly displayName?: string }
  | { readonly loggedIn: false; readonly error: ZalouserError };

/** Asks the program, which logs in to Zalo to find out: a scarce resource, never to be polled. */
export async function authStatus(zca: Zca, signal?: AbortSignal): Promise<AuthStatus> {
  const result = await zca.run(authStatusCommand, { signal });
  // Judged by the text first: one version was seen to print its answer and then hang.
  if (inspectedField(result.stdout, "loggedIn") === "true") {
    const userId = idOf(inspectedField(result.stdout, "userId"));
    const displayName = nameOf(inspectedField(result.stdout, "displayName"));
    return {
      loggedIn: true,
      ...(userId === undefined ? {} : { userId }),
      ...(displayName === undefined ? {} : { displayName }),
    };
  }
  if (isSuccess(result)) {
    const what = 'zca did not say who is logged in ("auth status").';
    return { loggedIn: false, error: new ZalouserError("ZCA_UNEXPECTED_OUTPUT", what, { accountId: zca.accountId }) };
  }
  return { loggedIn: false, error: failureError(diagnose(zca, authStatusCommand, result), zca.accountId) };
}

/** Forgets the session on this machine. Succeeds when there was none. */
export async function logout(zca: Zca, signal?: AbortSignal): Promise<void> {
  const result = await zca.run(logoutCommand, { signal });
  if (isSuccess(result)) return;
  const failure = diagnose(zca, logoutCommand, result);
  // A profile that does not exist or has no session is what was asked for.
  if (failure.code !== "ZCA_LOGGED_OUT") throw failureError(failure, zca.accountId);
}

/** The own uid. */
export async function ownId(zca: Zca, signal?: AbortSignal): Promise<string> {
  const stdout = await answer(zca, ownIdCommand, signal);
  const line = stdout.split(/\r?\n/).find((candidate) => /^\s*\d{5,24}\s*$/.test(candidate));
  if (line === undefined) throw unexpected(zca, ownIdCommand);
  return line.trim();
}

export async function ownProfile(zca: Zca, signal?: AbortSignal): Promise<Person> {
  const shape = z.record(z.string(), z.unknown());
  const row = await document(zca, ownProfileCommand, shape, signal);
  const person = personOf(row);
  if (!person) throw unexpected(zca, ownProfileCommand);
  return person;
}

export async function listFriends(zca: Zca, signal?: AbortSignal): Promise<Person[]> {
  return people(await document(zca, friendListCommand, z.array(z.unknown()), signal));
}

/** Friends a name may mean. Whoever is no friend is left out: a user name of a stranger's may equal a friend's name. */
export async function findFriends(zca: Zca, name: string, signal?: AbortSignal): Promise<Person[]> {
  if (/^\+?\d*$/.test(name.trim())) throw new RangeError("Digits are an id; the program would search by phone number.");
  const command = friendFindCommand(name, await zca.capabilities());
  const rows = await document(zca, command, z.array(z.unknown()), signal);
  return people(rows.filter((row) => isRecord(row) && Number(row["isFr"]) === 1));
}

/** A group whose details Zalo did not deliver is silently missing from the program's answer. */
export async function listGroups(zca: Zca, signal?: AbortSignal): Promise<Group[]> {
  const rows = await document(zca, groupListCommand, z.array(z.unknown()), signal);
  return rows.flatMap((row) => groupOf(row) ?? []);
}

export async function listGroupMembers(zca: Zca, groupId: string, signal?: AbortSignal): Promise<Person[]> {
  const command = groupMembersCommand(groupId, await zca.capabilities());
  return people(await document(zca, command, z.array(z.unknown()), signal));
}

/** Anybody's profile by uid. Undefined when Zalo knows nobody by it. */
export async function memberInfo(zca: Zca, userId: string, signal?: AbortSignal): Promise<Person | undefined> {
  const command = memberInfoCommand(userId, await zca.capabilities());
  const shape = z.object({ changed_profiles: z.record(z.string(), z.unknown()) });
  const { changed_profiles: found } = await document(zca, command, shape, signal);
  const row = found[userId] ?? found[`${userId}_0`];
  return isRecord(row) ? personOf({ ...row, userId }) : undefined;
}

function people(rows: readonly unknown[]): Person[] {
  return rows.flatMap((row) => personOf(row) ?? []);
}

function personOf(row: unknown): Person | undefined {
  if (!isRecord(row)) return undefined;
  const userId = idOf(row["userId"]) ?? idOf(row["uid"]) ?? idOf(row["id"]);
  if (userId === undefined) return undefined;
  const zaloName = nameOf(row["zaloName"]) ?? nameOf(row["zalo_name"]);
  const displayName = nameOf(row["displayName"]) ?? nameOf(row["display_name"]) ?? zaloName ?? nameOf(row["username"]);
  const avatar = textOf(row["avatar"])?.trim() || undefined;
  return {
    userId,
    displayName: displayName ?? userId,
    ...(zaloName === undefined ? {} : { zaloName }),
    ...(avatar === undefined ? {} : { avatar }),
  };
}

function groupOf(row: unknown): Group | undefined {
  if (!isRecord(row)) return undefined;
  const groupId = idOf(row["groupId"]);
  if (groupId === undefined) return undefined;
  const members = Array.isArray(row["memVerList"]) ? row["memVerList"] : [];
  const memberIds = members.flatMap(
    (entry: unknown) => idOf(typeof entry === "string" ? entry.replace(/_\d+$/, "") : entry) ?? [],
  );
  const count = row["totalMember"];
  return {
    groupId,
    name: nameOf(row["name"]) ?? groupId,
    ...(typeof count === "number" ? { memberCount: count } : {}),
    memberIds,
  };
}

async function document<T>(
  zca: Zca,
  command: ZcaCommand,
  shape: z.ZodType<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  const found = findJsonDocument(await answer(zca, command, signal), shape);
  if (found === undefined) throw unexpected(zca, command);
  return found;
}

async function answer(zca: Zca, command: ZcaCommand, signal: AbortSignal | undefined): Promise<string> {
  const result = await zca.run(command, { signal });
  if (!isSuccess(result)) throw failureError(diagnose(zca, command, result), zca.accountId);
  return result.stdout;
}

function isSuccess({ ending, stopped, truncated }: RunResult): boolean {
  return ending.kind === "exit" && ending.code === 0 && stopped === undefined && !truncated;
}

function unexpected(zca: Zca, command: ZcaCommand): ZalouserError {
  const what = `zca answered "${command.name}" with something this plugin cannot read.`;
  return new ZalouserError("ZCA_UNEXPECTED_OUTPUT", what, { accountId: zca.accountId });
}
