import { afterEach, describe, expect, test } from "vitest";
import {
  authStatus,
  findFriends,
  listFriends,
  listGroupMembers,
  listGroups,
  logout,
  ownId,
  ownProfile,
} from "../../../src/zca/account/account-commands.ts";
import { type Behavior, scriptedZca, type ScriptedZca } from "../../fixtures/scripted-zca.ts";

const open: ScriptedZca[] = [];
afterEach(() => {
  for (const made of open.splice(0)) made.dispose();
});
const answering = (behavior: Behavior): ScriptedZca => {
  const made = scriptedZca(behavior);
  open.push(made);
  return made;
};

describe("account commands", () => {
  test("who is logged in is judged by what the program says", async () => {
    const said = {
      stdout:
        "{\n  profile: 'work',\n  loggedIn: true,\n  userId: '3300912847765512008',\n  displayName: \"Lan's Trợ lý\"\n}\n",
    };
    const expected = { loggedIn: true, userId: "3300912847765512008", displayName: "Lan's Trợ lý" };
    await expect(authStatus(answering(said).zca)).resolves.toEqual(expected);
    await expect(authStatus(answering({ ...said, exit: 1 }).zca)).resolves.toEqual(expected);
  });

  test.each<[Behavior, string]>([
    [{ stderr: "Error: Profile work: not logged in\n", exit: 1 }, "ZCA_LOGGED_OUT"],
    [{ stderr: "Error: Đăng nhập thất bại\n", exit: 1 }, "ZCA_LOGIN_REFUSED"],
    [{ stderr: "Error: fetch failed\n", exit: 1 }, "ZCA_NETWORK"],
    [{ stdout: "{ loggedIn: false }\n" }, "ZCA_UNEXPECTED_OUTPUT"],
  ])("says why nobody is: %j", async (behavior, code) => {
    await expect(authStatus(answering(behavior).zca)).resolves.toMatchObject({
      loggedIn: false,
      error: { code, accountId: "work" },
    });
  });

  test("logging out twice is no error, a broken program is", async () => {
    await expect(logout(answering({ stdout: "Logged out profile work\n" }).zca)).resolves.toBeUndefined();
    await expect(
      logout(
        answering({ stderr: 'Error: Profile "work" does not exist. Create it with: account add work\n', exit: 1 }).zca,
      ),
    ).resolves.toBeUndefined();
    await expect(logout(answering({ exit: 3 }).zca)).rejects.toMatchObject({ code: "ZCA_FAILED" });
  });

  test("the own id and profile keep every digit", async () => {
    await expect(ownId(answering({ stdout: "[INFO] update check failed\n3300912847765512008\n" }).zca)).resolves.toBe(
      "3300912847765512008",
    );
    await expect(ownId(answering({ stdout: "undefined\n" }).zca)).rejects.toMatchObject({
      code: "ZCA_UNEXPECTED_OUTPUT",
    });
    const info = '{\n  "userId": 3300912847765512008,\n  "displayName": "Trợ lý",\n  "phoneNumber": "84900000000"\n}\n';
    await expect(ownProfile(answering({ stdout: info }).zca)).resolves.toEqual({
      userId: "3300912847765512008",
      displayName: "Trợ lý",
    });
  });

  test("a friend found by name is a friend: whoever only carries the name as a user name is left out", async () => {
    const rows = [
      { userId: "5120034498771203345", displayName: "Lan Phạm", isFr: 1 },
      { userId: "7770001112223334445", displayName: "lan phạm", username: "lan phạm", isFr: 0 },
      { userId: "7770001112223334446", displayName: "Lan Phạm" },
    ];
    const found = await findFriends(answering({ stdout: `${JSON.stringify(rows)}\n` }).zca, "Lan Phạm");
    expect(found).toEqual([{ userId: "5120034498771203345", displayName: "Lan Phạm" }]);
  });

  test.each(["0912345678", "+84912345678", "5120034498771203345", " "])(
    "digits are never searched for, for zca would take them for a phone number: %j",
    async (digits) => {
      await expect(findFriends(answering({ exit: 3 }).zca, digits)).rejects.toThrow(RangeError);
    },
  );

  test("friends: exact ids, NFC names, both spellings, rows without an id left out", async () => {
    const rows = [
      {
        userId: "5120034498771203345",
        displayName: "Lan Phạm".normalize("NFD"),
        zaloName: "Lan P.",
        avatar: "https://a.example/1",
        phoneNumber: "84900000001",
      },
      { userId: "8891200345671123490", display_name: "Huy Đặng", zalo_name: "Huy" },
      { displayName: "Không id" },
      null,
    ];
    const stdout = `[INFO] đang tải\n${JSON.stringify(rows, null, 2)}\nxong\n`;
    const expected = [
      { userId: "5120034498771203345", displayName: "Lan Phạm", zaloName: "Lan P.", avatar: "https://a.example/1" },
      { userId: "8891200345671123490", displayName: "Huy Đặng", zaloName: "Huy" },
    ];
    await expect(listFriends(answering({ stdout }).zca)).resolves.toEqual(expected);
  });

  test("groups and their members, one of them called constructor", async () => {
    const groups = [
      {
        groupId: "7044519283300761122",
        name: "Họ Phạm 👨‍👩‍👧",
        totalMember: 3,
        memVerList: ["5120034498771203345_0", "8891200345671123490_12"],
      },
      { groupId: "7044519283300761133", name: "constructor" },
    ];
    await expect(listGroups(answering({ stdout: JSON.stringify(groups) }).zca)).resolves.toEqual([
      {
        groupId: "7044519283300761122",
        name: "Họ Phạm 👨‍👩‍👧",
        memberCount: 3,
        memberIds: ["5120034498771203345", "8891200345671123490"],
      },
      { groupId: "7044519283300761133", name: "constructor", memberIds: [] },
    ]);
    const made = answering({ stdout: JSON.stringify([{ id: "5120034498771203345", displayName: "Lan Phạm" }]) });
    await expect(listGroupMembers(made.zca, "7044519283300761122")).resolves.toEqual([
      { userId: "5120034498771203345", displayName: "Lan Phạm" },
    ]);
    expect(made.calls()[0]?.args.slice(2)).toEqual(["group", "members", "-j", "--", "7044519283300761122"]);
    await expect(
      listGroupMembers(answering({ stderr: "Error: Group not found: 1\n", exit: 1 }).zca, "1"),
    ).rejects.toMatchObject({ code: "ZCA_BAD_TARGET" });
  });

  test("a list of five thousand people arrives whole; a table or a cut list is refused", async () => {
    const rows = Array.from({ length: 5000 }, (_, index) => ({
      userId: String(5_000_000_000_000_000_000n + BigInt(index)),
      displayName: `Người số ${index}`,
      extra: "x".repeat(100),
    }));
    await expect(listFriends(answering({ stdout: JSON.stringify(rows, null, 2) }).zca)).resolves.toHaveLength(5000);
    for (const stdout of ["┌──────┐\n│ userId │\n└──────┘\n", '[{"userId":"1"}', "undefined\n"]) {
      await expect(listFriends(answering({ stdout }).zca)).rejects.toMatchObject({
        code: "ZCA_UNEXPECTED_OUTPUT",
        accountId: "work",
      });
    }
  });
});
