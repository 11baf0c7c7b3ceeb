import path from "node:path";
import { argument, type Call, flag } from "../call.ts";
import { logIn, type Self } from "../login.ts";
import { avatarOf, friendRow } from "../rows.ts";
import { readJson } from "../world/disk.ts";

/** `me …` and `friend …`. */
export async function run(call: Call): Promise<number> {
  const self = await logIn(call);
  switch (call.command.path.join(" ")) {
    case "me id":
      call.out.text(self.uid);
      break;
    case "me info":
      printRow(call, accountOf(self));
      break;
    case "friend list":
      listFriends(call, self);
      break;
    case "friend find":
      find(call, self);
      break;
    case "friend online": {
      const rows = self.people
        .friendsOf(self.uid)
        .slice(0, 3)
        .map(({ uid }) => ({ userId: uid, status: "" }));
      if (flag(call, "json")) call.out.json(rows);
      else call.out.table(rows);
      break;
    }
  }
  return 0;
}

function printRow(call: Call, row: object): void {
  if (flag(call, "json")) call.out.json(row);
  else call.out.inspect(row);
}

function accountOf({ person }: Self) {
  return {
    profile: {
      userId: person.uid,
      username: "",
      displayName: person.displayName,
      zaloName: person.zaloName,
      avatar: avatarOf(person.uid),
      phoneNumber: person.phone,
      gender: 0,
      isActive: 1,
    },
    userId: person.uid,
    displayName: person.displayName,
    avatar: avatarOf(person.uid),
  };
}

function listFriends(call: Call, self: Self): void {
  const rows = self.people.friendsOf(self.uid).map(friendRow);
  if (flag(call, "json")) call.out.json(rows);
  else
    call.out.table(
      rows.map(({ userId, displayName, username, phoneNumber }) => ({
        userId,
        displayName,
        username,
        phone: phoneNumber,
      })),
    );
}

/** Digits are a phone number, always, so a uid finds nobody; anything else searches the cached friends. */
function find(call: Call, self: Self): void {
  const query = argument(call, 0);
  const rows = /^\+?\d+$/u.test(query) ? byPhone(query, self) : byName(call, query);
  if (flag(call, "json") || !process.stdout.isTTY) call.out.json(rows);
  else if (rows.length > 0) call.out.table(rows);
  else call.out.inspect(rows);
}

function byPhone(query: string, self: Self): object[] {
  const digits = query.replace(/^\+?84/u, "0").replace(/^\+/u, "");
  return self.people
    .everybody()
    .filter(({ phone }) => phone !== "" && phone === digits)
    .map((person) => ({
      uid: person.uid,
      zalo_name: person.zaloName,
      display_name: person.displayName,
      avatar: avatarOf(person.uid),
      userId: person.uid,
    }));
}

function byName(call: Call, query: string): object[] {
  const wanted = query.toLowerCase();
  const keys = ["displayName", "zaloName", "username", "userId", "phoneNumber"];
  const file = path.join(call.layout.cache(call.profile), "friends.json");
  return readJson<Record<string, string | number>[]>(file, []).filter((row) =>
    keys.some((key) =>
      String(row[key] ?? "")
        .toLowerCase()
        .includes(wanted),
    ),
  );
}
