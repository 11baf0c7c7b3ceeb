import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { argument, type Call } from "../call.ts";
import { CliError } from "../cli-error.ts";
import { logIn, type Self } from "../login.ts";
import { friendRow, groupRow } from "../rows.ts";
import { readJson } from "../world/disk.ts";

export async function run(call: Call): Promise<number> {
  switch (call.command.path[1]) {
    case "status":
      await status(call);
      break;
    case "logout":
      rmSync(call.layout.credentials(call.profile), { force: true });
      call.out.text(`Logged out profile ${call.profile}`);
      break;
    case "login-cred":
      await loginWithFile(call);
      break;
    case "cache-refresh": {
      const { friends, groups } = refreshCache(call, await logIn(call));
      call.out.text(`Cache refreshed for ${call.profile}: ${friends} friends, ${groups} groups`);
      break;
    }
    case "cache-info":
      cacheInfo(call);
      break;
    case "cache-clear":
      rmSync(call.layout.cache(call.profile), { recursive: true, force: true });
      call.out.text(`Cache cleared for profile ${call.profile}`);
      break;
  }
  return 0;
}

async function status(call: Call): Promise<void> {
  const self = await logIn(call, `Profile ${call.profile}: not logged in`);
  call.out.inspect({
    profile: call.profile,
    loggedIn: true,
    userId: self.uid,
    displayName: self.person.displayName,
    credentialsPath: call.layout.credentials(call.profile),
  });
}

async function loginWithFile(call: Call): Promise<void> {
  const file = call.args.length > 0 ? path.resolve(argument(call, 0)) : call.layout.credentials(call.profile);
  if (!existsSync(file)) throw new CliError(`File not found: ${file}`);
  const text = readFileSync(file, "utf8");
  const before = call.layout.credentials(call.profile);
  const saved = existsSync(before) ? readFileSync(before, "utf8") : undefined;
  call.disk.write(before, text);
  try {
    const self = await logIn(call);
    call.out.text(`Logged in profile ${call.profile} as ${self.person.displayName} (${self.uid})`);
  } catch (error) {
    if (saved === undefined) rmSync(before, { force: true });
    else writeFileSync(before, saved);
    throw error;
  }
}

/** Stores the friends and groups the session sees. */
export function refreshCache(call: Call, self: Self): { friends: number; groups: number } {
  const friends = self.people.friendsOf(self.uid).map(friendRow);
  const groups = self.people.groupsOf(self.uid).map(groupRow);
  const folder = call.layout.cache(call.profile);
  mkdirSync(folder, { recursive: true });
  call.disk.write(path.join(folder, "friends.json"), JSON.stringify(friends));
  call.disk.write(path.join(folder, "groups.json"), JSON.stringify(groups));
  call.disk.write(path.join(folder, "meta.json"), JSON.stringify({ updatedAt: new Date().toISOString() }));
  return { friends: friends.length, groups: groups.length };
}

function cacheInfo(call: Call): void {
  const folder = call.layout.cache(call.profile);
  const count = (name: string) => readJson<unknown[]>(path.join(folder, name), []).length;
  const names = existsSync(folder) ? readdirSync(folder) : [];
  call.out.inspect({
    profile: call.profile,
    friends: count("friends.json"),
    groups: count("groups.json"),
    updatedAt: readJson<{ updatedAt?: string }>(path.join(folder, "meta.json"), {}).updatedAt ?? null,
    bytes: names.reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0),
  });
}
