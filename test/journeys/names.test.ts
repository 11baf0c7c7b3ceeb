import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { fault } from "../../sim/control.ts";
import { readJson, writeJson } from "../../sim/world/disk.ts";
import { layoutOf } from "../../sim/world/layout.ts";
import { emptyWorld } from "../../sim/world/people.ts";
import { resolveAccount } from "../../src/channel/account/accounts.ts";
import { openAccountState } from "../../src/channel/account/state.ts";
import { forgetDirectory } from "../../src/channel/operate/directory-cache.ts";
import { recordLogin } from "../../src/channel/login/after-login.ts";
import { activityOf } from "../../src/channel/operate/activity.ts";
import { status } from "../../src/channel/status.ts";
import { createAccountHost, type AccountHost } from "../fakes/account-host.ts";

const lan = "5120034498771203345";
const huy = "8891200345671123490";
const stranger = "7770001112223334445";
const patience = { timeout: 60_000, interval: 20 };

let host: AccountHost;

beforeEach(() => {
  host = createAccountHost();
  host.world.addPerson({ uid: lan, displayName: "Lan Phạm" });
  host.world.addPerson({ uid: huy, displayName: "Huy Đặng 🏸" });
  host.world.addPerson({ uid: stranger, displayName: "Kẻ Lạ" });
  for (const uid of [lan, huy, stranger]) host.world.befriend(host.uid, uid);
  host.logIn();
});

afterEach(() => host.dispose());

const say = (from: string, text: string) => host.world.say({ from, to: host.uid, text });
const texts = () => host.turns.map(({ text }) => text);
/** What a person calls themselves, and so what their friends read. */
function rename(uid: string, name: string): void {
  const { world: file } = layoutOf(host.world.home);
  const data = readJson(file, emptyWorld);
  const people = data.people.map((person) =>
    person.uid === uid ? { ...person, displayName: name, zaloName: name } : person,
  );
  writeJson(file, { ...data, people });
}

const lists = () => host.world.journal().filter(({ command }) => command?.endsWith(" list"));
const lookedUp = () => vi.waitFor(() => expect(lists().length).toBeGreaterThan(0), patience);
const logged = (words: string) => vi.waitFor(() => expect(host.logs.join("\n")).toContain(words), patience);
const refused = (senderId: string) =>
  vi.waitFor(() => {
    const last = activityOf("default")
      .snapshot()
      .decisions.findLast((decision) => decision.senderId === senderId);
    expect(last?.result).toBe("drop");
  }, patience);

async function issues(): Promise<string[]> {
  const cfg = host.config();
  const account = resolveAccount(cfg, "default");
  const snapshot = await status.buildAccountSnapshot?.({ account, cfg, runtime: host.status() });
  const found = snapshot === undefined ? [] : (status.collectStatusIssues?.([snapshot]) ?? []);
  return found.map(({ message }) => message);
}

describe("a friend in allowFrom by name", () => {
  beforeEach(() => {
    host.settings = { dmPolicy: "allowlist", allowFrom: ["Lan Phạm".normalize("NFD")] };
  });

  test("is answered, and the mapping is logged with the id and the place in the config", async () => {
    await host.during(async () => {
      await logged(`"Lan Phạm" in channels.zalouser.allowFrom stands for user ${lan}.`);
      say(stranger, "cho mình vào với");
      say(lan, "chào bạn 🙂");
      await vi.waitFor(() => expect(texts()).toEqual(["chào bạn 🙂"]), patience);
      await refused(stranger);
    });
    expect(lists().map(({ command }) => command)).toEqual(["friend list"]);
    expect(host.problems).toEqual([]);
  });

  test("is not refused for writing before the list of friends was read", async () => {
    host.world.setFaults([fault({ command: "friend list" }, { group: "start", mode: "slow", ms: 3000 })]);
    await host.during(async () => {
      say(lan, "mình nhắn ngay khi bạn vừa mở máy");
      await vi.waitFor(() => expect(texts()).toEqual(["mình nhắn ngay khi bạn vừa mở máy"]), patience);
      await lookedUp();
    });
  });

  test("is not lost when the account stops before the list was read", async () => {
    host.world.setFaults([fault({ command: "friend list", first: 1 }, { group: "hang", mode: "forever" })]);
    await host.during(async () => {
      say(lan, "đừng quên mình nhé");
      await lookedUp();
      await vi.waitFor(() => expect(activityOf("default").snapshot().inbound).toBeGreaterThan(0), patience);
    });
    expect(texts()).toEqual([]);
    await host.during(async () => {
      await vi.waitFor(() => expect(texts()).toEqual(["đừng quên mình nhé"]), patience);
    });
    expect(lists()).toHaveLength(2);
  });

  test("stays the same person over a restart, when a stranger takes the name, and it costs no further list", async () => {
    await host.during(() => logged(`stands for user ${lan}`));
    rename(lan, "Lan Trần");
    rename(stranger, "Lan Phạm");
    await host.during(async () => {
      say(stranger, "mình là Lan đây");
      say(lan, "mình đổi tên rồi");
      await vi.waitFor(() => expect(texts()).toEqual(["mình đổi tên rồi"]), patience);
      await refused(stranger);
    });
    expect(lists()).toHaveLength(1);
    const file = path.join(openAccountState("default").folder, "names.json");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, "utf8")).not.toContain(stranger);
  });

  test("keeps the right under another name, and the next list tells", async () => {
    await host.during(() => logged(`stands for user ${lan}`));
    rename(lan, "Lan Trần");
    rename(stranger, "Lan Phạm");
    host.settings = { dmPolicy: "allowlist", allowFrom: ["Lan Phạm", "Huy Đặng 🏸"] };
    // The list of ten minutes ago is shared by all who ask; a login as the same person keeps it, time ages it.
    forgetDirectory("default");
    await host.during(async () => {
      await logged(`stands for user ${lan} and keeps to it: that person is now called "Lan Trần"; user ${stranger}`);
      say(stranger, "mình là Lan đây");
      say(huy, "đánh cầu không?");
      await vi.waitFor(() => expect(texts()).toEqual(["đánh cầu không?"]), patience);
      await refused(stranger);
    });
    expect(await issues()).toEqual([expect.stringContaining(`is now called "Lan Trần"`)]);
  });

  test("is refused together with a second one of that name, and log and status name both", async () => {
    rename(stranger, "Lan Phạm");
    await host.during(async () => {
      await logged("nobody gets in by it");
      say(stranger, "mình là Lan đây");
      say(lan, "không, mình mới là Lan");
      await refused(stranger);
      await refused(lan);
      const [issue, ...others] = await issues();
      expect(others).toEqual([]);
      for (const words of [lan, stranger, "channels.zalouser.allowFrom", "nobody gets in by it"]) {
        expect(issue).toContain(words);
        expect(host.problems.join("\n")).toContain(words);
      }
    });
    expect(texts()).toEqual([]);
  });

  test("waits for a list that fails, while people by id are answered; status says so", async () => {
    host.settings = { dmPolicy: "allowlist", allowFrom: ["Lan Phạm", huy] };
    host.world.setFaults([fault({ command: "friend list" }, { group: "exit", error: "getaddrinfo EAI_AGAIN" })]);
    await host.during(async () => {
      say(huy, "có ai ở nhà không?");
      await vi.waitFor(() => expect(texts()).toEqual(["có ai ở nhà không?"]), patience);
      await logged("the list of friends was not read");
      expect(host.status().lifecycle).toBe("ready");
      expect(await issues()).toEqual([
        expect.stringMatching(/"Lan Phạm".*allowFrom stands for nobody yet.*could not be/u),
      ]);
    });
    host.world.setFaults([]);
    await host.during(async () => {
      say(huy, "còn đó không?");
      await vi.waitFor(() => expect(texts()).toHaveLength(2), patience);
    });
    // The failed list is not asked for again by every start.
    expect(lists()).toHaveLength(1);
  });

  test("who logs in anew as another person inherits nobody's pins", async () => {
    await host.during(() => logged(`stands for user ${lan}`));
    const other = "4400912847765512008";
    host.world.addAccount({ uid: other, displayName: "Chủ Mới" });
    host.world.logIn("default", other);
    openAccountState("default").login.clear();
    recordLogin(resolveAccount(host.config(), "default"), { uid: other, displayName: "Chủ Mới" });
    await host.during(async () => {
      await vi.waitFor(() => expect(lists()).toHaveLength(2), patience);
      await logged("stands for nobody: no friend has that name");
    });
  });
});

test("a group by name has its settings, and its namesakes none", async () => {
  const work = host.world.addGroup({ name: "Nhóm Làm Việc", members: [lan, host.uid] });
  const other = host.world.addGroup({ name: "constructor", members: [stranger, host.uid] });
  host.settings = { groups: { "nhóm làm việc": { requireMention: false } } };
  await host.during(async () => {
    await logged(`"nhóm làm việc" in channels.zalouser.groups stands for group ${work.groupId}.`);
    host.world.say({ from: stranger, to: { group: other.groupId }, text: "@Trợ lý ơi" });
    host.world.say({ from: lan, to: { group: work.groupId }, text: "mai họp lúc mấy giờ?" });
    await vi.waitFor(() => expect(texts()).toEqual(["mai họp lúc mấy giờ?"]), patience);
    await refused(stranger);
  });
  expect(lists().map(({ command }) => command)).toEqual(["group list"]);
});

test.each([
  ["opens it", "allowlist", { requireMention: false }, ["mai họp lúc mấy giờ?"]],
  ["closes it", "open", { allow: false }, []],
] as const)(
  "a group message that comes before the list of groups waits for the rule that %s",
  async (_what, groupPolicy, rule, expected) => {
    const work = host.world.addGroup({ name: "Nhóm Làm Việc", members: [lan, host.uid] });
    host.settings = { groupPolicy, groups: { "Nhóm Làm Việc": rule } };
    host.world.setFaults([fault({ command: "group list" }, { group: "start", mode: "slow", ms: 2500 })]);
    await host.during(async () => {
      host.world.say({ from: lan, to: { group: work.groupId }, text: "mai họp lúc mấy giờ?" });
      await vi.waitFor(() => {
        const last = activityOf("default")
          .snapshot()
          .decisions.findLast(({ threadId }) => threadId === work.groupId);
        expect(last?.result).toBe(expected.length > 0 ? "admitted" : "drop");
      }, patience);
      await vi.waitFor(() => expect(texts()).toEqual(expected), patience);
    });
  },
);

test("2,000 friends and 500 groups cost one list each, once", async () => {
  const { world: file } = layoutOf(host.world.home);
  const data = readJson(file, emptyWorld);
  const crowd = Array.from({ length: 2000 }, (_, index) => ({
    uid: String(6_120_034_498_771_200_000n + BigInt(index)),
    displayName: `Nguyễn Văn ${index} 🙂`,
    zaloName: `Văn ${index}`,
    phone: "",
  }));
  writeJson(file, {
    people: [...data.people, ...crowd],
    friendships: [...data.friendships, ...crowd.map(({ uid }) => [host.uid, uid])],
    groups: Array.from({ length: 500 }, (_, index) => ({
      groupId: String(7_044_519_283_300_000_000n + BigInt(index)),
      name: `Lớp ${index}`,
      members: [crowd[index]?.uid ?? "", host.uid],
      creatorId: "",
      adminIds: [],
    })),
  });
  const [first] = crowd;
  const last = crowd.at(-1);
  host.settings = {
    dmPolicy: "allowlist",
    groupPolicy: "allowlist",
    allowFrom: crowd.slice(0, 20).map(({ displayName }) => displayName),
    groupAllowFrom: [first?.displayName, last?.zaloName],
    groups: Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`lớp ${index}`, {}])),
  };
  for (let run = 0; run < 2; run += 1) {
    await host.during(async () => {
      await logged(`"lớp 499" in channels.zalouser.groups stands for group 7044519283300000499.`);
      await logged(`"${last?.zaloName}" in channels.zalouser.groupAllowFrom stands for user ${last?.uid}.`);
    });
    host.logs.length = 0;
  }
  expect(lists().map(({ command }) => command)).toEqual(["friend list", "group list"]);
  expect(host.problems).toEqual([]);
});
