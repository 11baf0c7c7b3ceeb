import { expect, test } from "vitest";
import { resolveAccount } from "../../../src/channel/account/accounts.ts";
import { entryHints } from "../../../src/channel/names/entry-hints.ts";

type Config = Parameters<typeof resolveAccount>[0];

function hints(zalouser: object, accessGroups?: object): string[] {
  const cfg = { channels: { zalouser }, ...(accessGroups && { accessGroups }) } as Config;
  return entryHints(cfg, resolveAccount(cfg, "default"));
}

const members = { type: "message.senders", members: { zalouser: ["5120034498771203345"] } };

test("ids, names, stars and references to groups that exist need no word", () => {
  const people = ["5120034498771203345", "zalouser:5120034498771203345", "Lan Phạm", "*", "accessGroup:gia đình"];
  const settings = {
    allowFrom: people,
    groupAllowFrom: people,
    groups: {
      "7044519283300761122": { allowFrom: people },
      "*": {},
      "Gia đình 🏡": {},
      "group:7044519283300761122": {},
    },
  };
  expect(hints(settings, { "gia đình": members })).toEqual([]);
});

test.each([
  [{ allowFrom: ["accessGroup:bạn bè"] }, `"accessGroup:bạn bè" in channels.zalouser.allowFrom stands for nobody`],
  [{ groupAllowFrom: ["accessGroup:constructor"] }, `accessGroups has no entry "constructor"`],
  [
    { groups: { "*": { allowFrom: ["group:7044519283300761122"] } } },
    "in channels.zalouser.groups.*.allowFrom is neither",
  ],
  [{ allowFrom: ["123"] }, `"123" in channels.zalouser.allowFrom is neither a user id nor a name`],
  [{ groups: { "user:5120034498771203345": {} } }, "in channels.zalouser.groups is neither a group id nor a name"],
  [{ groups: { "12": {} } }, "openclaw directory groups list"],
])("%j is told with its place", (settings, words) => {
  expect(hints(settings, { "gia đình": members })).toEqual([expect.stringContaining(words)]);
});

test("an account that does not run for a fault gets that told, and no more", () => {
  expect(hints({ allowFrom: "Lan" })).toEqual([]);
});
