import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openAccountState } from "../../../src/channel/account/state.ts";
import { settle } from "../../fakes/clock.ts";
import { openNameResolver } from "../../../src/channel/names/resolver.ts";
import { namesRig, type NamesRig } from "./rig.ts";

const lan = "5120034498771203345";
const huy = "8891200345671123490";
const stranger = "7770001112223334445";
const work = "7044519283300761122";
const minute = 60_000;
const hour = 60 * minute;

let rig: NamesRig;

beforeEach(() => {
  rig = namesRig();
  rig.people = [
    [lan, "Lan Phạm"],
    [huy, "Huy Đặng 🏸"],
  ];
  rig.groups = [[work, "Nhóm Làm Việc"]];
});

afterEach(() => rig.dispose());

describe("at the start of an account", () => {
  test("names become ids, and the mapping is logged with its place in the config", async () => {
    rig.config = {
      allowFrom: ["Lan Phạm".normalize("NFD"), huy],
      groupAllowFrom: ["huy đặng 🏸", "Lan Phạm"],
      groups: { "nhóm làm việc": { requireMention: false }, "*": {} },
    };
    await rig.once();
    expect(rig.settings()).toMatchObject({
      allowFrom: [lan, huy],
      groupAllowFrom: [huy, lan],
      groups: { [work]: { requireMention: false }, "*": {} },
    });
    expect(rig.said).toEqual([
      `"Lan Phạm" in channels.zalouser.allowFrom and channels.zalouser.groupAllowFrom stands for user ${lan}.`,
      `"huy đặng 🏸" in channels.zalouser.groupAllowFrom stands for user ${huy}.`,
      `"nhóm làm việc" in channels.zalouser.groups stands for group ${work}.`,
    ]);
    expect(rig.hints()).toEqual([]);
  });

  test("a list costs one call at most, and none without a name to look up in it", async () => {
    rig.config = { allowFrom: [lan, "*", "user:8891200345671123490"], groups: { [work]: {} } };
    await rig.once();
    expect(rig.listed).toEqual([]);
    rig.config = { allowFrom: ["Lan Phạm", "Huy Đặng 🏸"], groups: { [work]: {} } };
    await rig.once();
    expect(rig.listed).toEqual(["person"]);
    rig.config = { allowFrom: ["Lan Phạm", "Huy Đặng 🏸"], groups: { "Nhóm Làm Việc": {}, "Không Có": {} } };
    await rig.once();
    expect(rig.listed).toEqual(["person", "group"]);
  });

  test("pinned names cost nothing and hold without any list, until a week has gone by", async () => {
    rig.config = { allowFrom: ["Lan Phạm"] };
    await rig.once();
    rig.people = [];
    for (let day = 0; day < 6; day += 1) {
      await rig.clock.advance(24 * hour);
      await rig.once();
    }
    expect(rig.listed).toEqual(["person"]);
    expect(rig.settings().allowFrom).toEqual([lan]);
    await rig.clock.advance(25 * hour);
    await rig.once();
    expect(rig.listed).toEqual(["person", "person"]);
    expect(rig.settings().allowFrom).toEqual([lan]);
    expect(rig.hints()).toEqual([expect.stringMatching(/was not in the newest list of friends/u)]);
  });

  test("an account inherits the root's names and says so with the root's path, its own with its own", async () => {
    rig.config = { allowFrom: ["Lan Phạm"], accounts: { work: { groupAllowFrom: ["Huy Đặng 🏸"] } } };
    openAccountState("work").login.write({ uid: "4400912847765512008", atMs: 1, byLogin: true });
    await rig.once("work");
    expect(rig.said).toEqual([
      `"Lan Phạm" in channels.zalouser.allowFrom stands for user ${lan}.`,
      `"Huy Đặng 🏸" in channels.zalouser.accounts.work.groupAllowFrom stands for user ${huy}.`,
    ]);
    expect(rig.settings("work")).toMatchObject({ allowFrom: [lan], groupAllowFrom: [huy] });
    // Pins are per account: another account has other ids for the same people.
    expect(rig.settings("default").allowFrom).toEqual(["Lan Phạm"]);
  });
});

describe("nobody gets in by", () => {
  test("a name that fits nobody; it stays as typed, and log and status say where", async () => {
    rig.config = { allowFrom: ["Lan Pham"] };
    await rig.once();
    expect(rig.settings().allowFrom).toEqual(["Lan Pham"]);
    const sentence = expect.stringMatching(
      /^(! )?"Lan Pham" in channels\.zalouser\.allowFrom stands for nobody: no friend has that name\. Put the id there, from `openclaw directory peers list --channel zalouser --account default`\.$/u,
    );
    expect(rig.said).toEqual([sentence]);
    expect(rig.hints()).toEqual([sentence]);
  });

  test("a name that fits two; both ids are named", async () => {
    rig.people.push([stranger, "Kẻ Lạ", "lan phạm"]);
    rig.config = { allowFrom: ["Lan Phạm"] };
    await rig.once();
    expect(rig.settings().allowFrom).toEqual(["Lan Phạm"]);
    expect(rig.hints()).toEqual([
      expect.stringContaining(`fits user ${lan} ("Lan Phạm") and user ${stranger} ("lan phạm"): nobody gets in by it.`),
    ]);
    expect(rig.said).toEqual([`! ${rig.hints()[0] ?? ""}`]);
  });

  test("a name with invisible characters, which costs no call", async () => {
    rig.people.push([stranger, "Lan\u200B Phạm"]);
    rig.config = { allowFrom: ["Lan\u200B Phạm"] };
    await rig.once();
    expect(rig.listed).toEqual([]);
    expect(rig.settings().allowFrom).toEqual(["Lan\u200B Phạm"]);
    expect(rig.hints()).toEqual([
      expect.stringContaining('"Lan\\u{200b} Phạm" in channels.zalouser.allowFrom holds invisible characters'),
    ]);
  });

  test("a name that only looks the same; the log shows the difference", async () => {
    rig.people = [[stranger, "Lan\u202E Phạm"]];
    rig.config = { allowFrom: ["Lan Phạm"] };
    await rig.once();
    expect(rig.settings().allowFrom).toEqual(["Lan Phạm"]);
    expect(rig.said.join()).toContain(`It only looks like user ${stranger} ("Lan\\u{202e} Phạm").`);
  });
});

describe("a pin", () => {
  beforeEach(async () => {
    rig.config = { allowFrom: ["Lan Phạm"] };
    await rig.once();
    rig.said.length = 0;
  });

  test("survives a restart in a private file", async () => {
    const file = path.join(openAccountState("default").folder, "names.json");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({
      entries: [{ answer: { kind: "pinned", id: lan } }],
    });
    await rig.once();
    expect(rig.said).toEqual([`"Lan Phạm" in channels.zalouser.allowFrom stands for user ${lan}.`]);
    expect(rig.listed).toEqual(["person"]);
  });

  test("stays with its person when another one takes the name, and the change is reported", async () => {
    rig.people = [
      [lan, "Lan Trần"],
      [stranger, "Lan Phạm"],
    ];
    rig.config = { allowFrom: ["Lan Phạm", "Một Tên Mới"] };
    await rig.once();
    expect(rig.settings().allowFrom).toEqual([lan, "Một Tên Mới"]);
    expect(rig.hints()[0]).toContain(
      `stands for user ${lan} and keeps to it: that person is now called "Lan Trần"; user ${stranger} ("Lan Phạm") has such a name now, too, and gets nothing by it. Put ${lan} there`,
    );
    expect(rig.said).toContain(`! ${rig.hints()[0] ?? ""}`);
  });

  test("goes when its entry goes, and the next entry of that name is looked up anew", async () => {
    rig.people = [[stranger, "Lan Phạm"]];
    rig.config = { allowFrom: [huy] };
    await rig.once();
    rig.config = { allowFrom: ["Lan Phạm"] };
    expect(rig.settings().allowFrom).toEqual(["Lan Phạm"]);
    await rig.once();
    expect(rig.settings().allowFrom).toEqual([stranger]);
  });

  test("is not inherited by another person who logs in, and is there again for the first", async () => {
    rig.logIn("4400912847765512008");
    expect(rig.settings().allowFrom).toEqual(["Lan Phạm"]);
    rig.logIn("3300912847765512008");
    expect(rig.settings().allowFrom).toEqual([lan]);
    rig.logIn("4400912847765512008");
    rig.people = [[stranger, "Lan Phạm"]];
    await rig.once();
    expect(rig.settings().allowFrom).toEqual([stranger]);
  });

  test("made while another person turned out to be logged in is taken back, an older one is not", async () => {
    rig.people.push([stranger, "Mai"]);
    rig.config = { allowFrom: ["Lan Phạm", "Mai"] };
    const names = rig.open();
    names.noteConnected();
    await settle();
    expect(rig.settings().allowFrom).toEqual([lan, stranger]);
    names.disown();
    expect(rig.settings().allowFrom).toEqual([lan, "Mai"]);
    await names.stop();
  });

  test("that is damaged on disk is as good as none", async () => {
    const { folder } = openAccountState("default");
    writeFileSync(path.join(folder, "names.json"), '{"uid":"33009128477');
    expect(rig.settings().allowFrom).toEqual(["Lan Phạm"]);
    await rig.once();
    expect(rig.settings().allowFrom).toEqual([lan]);
  });
});

describe("a list that cannot be read", () => {
  const broken = () => Promise.reject(new Error("Zalo could not be reached."));

  test("is told in log and status; pinned names go on working", async () => {
    rig.config = { allowFrom: ["Lan Phạm"] };
    await rig.once();
    rig.before = broken;
    rig.config = { allowFrom: ["Lan Phạm", "Huy Đặng 🏸"] };
    await rig.once();
    expect(rig.settings().allowFrom).toEqual([lan, "Huy Đặng 🏸"]);
    expect(rig.said).toContain("! the list of friends was not read: Zalo could not be reached.");
    expect(rig.hints()).toEqual([
      expect.stringMatching(
        /^"Huy Đặng 🏸" in channels\.zalouser\.allowFrom stands for nobody yet.*Zalo could not be reached\.$/u,
      ),
    ]);
  });

  test("is tried again at growing intervals, across restarts, until it can be", async () => {
    rig.before = broken;
    rig.config = { allowFrom: ["Lan Phạm"] };
    const tries: number[] = [];
    for (let minutes = 0; minutes < 24 * 60; minutes += 1) {
      const before = rig.listed.length;
      await rig.once();
      if (rig.listed.length > before) tries.push(minutes);
      await rig.clock.advance(minute);
    }
    expect(tries).toEqual([0, 10, 30, 70, 150, 310, 630, 990, 1350]);
    rig.before = async () => undefined;
    await rig.clock.advance(6 * hour);
    await rig.once();
    expect(rig.settings().allowFrom).toEqual([lan]);
  });

  test("counts as tried when the gateway dies over it", async () => {
    rig.before = () => new Promise(() => undefined);
    rig.config = { allowFrom: ["Lan Phạm"] };
    rig.open().noteConnected();
    await settle();
    rig.before = async () => undefined;
    await rig.once();
    expect(rig.listed).toHaveLength(1);
    await rig.clock.advance(10 * minute);
    await rig.once();
    expect(rig.settings().allowFrom).toEqual([lan]);
  });

  test("for want of disk is not even asked for, and nobody gets in who could not be pinned", async () => {
    rig.config = { allowFrom: ["Lan Phạm"] };
    const { folder } = openAccountState("default");
    // A folder in the file's place fails for root, too.
    mkdirSync(path.join(folder, "names.json"));
    writeFileSync(path.join(folder, "names.json", "x"), "");
    const names = rig.open();
    for (let beat = 0; beat < 10; beat += 1) {
      names.noteConnected();
      await settle();
    }
    expect(rig.listed).toEqual([]);
    expect(rig.settings().allowFrom).toEqual(["Lan Phạm"]);
    expect(rig.said).toEqual([expect.stringContaining("STATE_UNWRITABLE")]);
    rmSync(path.join(folder, "names.json"), { recursive: true });
    await rig.clock.advance(10 * minute);
    names.noteConnected();
    await settle();
    expect(rig.settings().allowFrom).toEqual([lan]);
    await names.stop();
  });
});

test("a name that fits nobody costs four calls a day, not one per reconnection, and one per start", async () => {
  rig.config = { allowFrom: ["Không Ai"] };
  const names = rig.open();
  for (let minutes = 0; minutes < 24 * 60; minutes += 1) {
    names.noteConnected();
    await settle();
    await rig.clock.advance(minute);
  }
  await names.stop();
  expect(rig.listed).toHaveLength(4);
  await rig.once();
  expect(rig.listed).toHaveLength(5);
});

describe("waiting for the first look-up", () => {
  test("ends when the list was read", async () => {
    let release = () => {};
    rig.before = () => new Promise((resolve) => (release = resolve));
    rig.config = { allowFrom: ["Lan Phạm"] };
    const names = rig.open();
    expect([names.pending("person"), names.pending("group")]).toEqual([true, false]);
    names.noteConnected();
    await settle();
    expect(names.pending("person")).toBe(true);
    const waited = names.settled("person");
    release();
    await waited;
    expect(names.pending("person")).toBe(false);
    expect(rig.settings().allowFrom).toEqual([lan]);
    await names.stop();
  });

  test("ends after 90 seconds whatever happens", async () => {
    rig.before = () => new Promise(() => undefined);
    rig.config = { allowFrom: ["Lan Phạm"] };
    const names = rig.open();
    let over = false;
    const waited = names.settled("person").then(() => (over = true));
    await rig.clock.advance(89_000);
    expect(over).toBe(false);
    await rig.clock.advance(1000);
    await waited;
    expect(rig.clock.pending).toBe(0);
  });

  test("fails when the account stops, so that the message comes again", async () => {
    rig.before = (_kind, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))));
    rig.config = { allowFrom: ["Lan Phạm"] };
    const names = rig.open();
    names.noteConnected();
    await settle();
    const waited = expect(names.settled("person")).rejects.toThrowError(/stopped before names/u);
    await names.stop();
    await waited;
    // A stop is no failure: the next start looks them up at once.
    rig.before = async () => undefined;
    await rig.once();
    expect(rig.settings().allowFrom).toEqual([lan]);
  });

  test("is not for names that are pinned, known to fit nobody after this look-up, or waiting for a later try", async () => {
    rig.config = { allowFrom: ["Lan Phạm"] };
    await rig.once();
    expect(rig.open().pending("person")).toBe(false);
    rig.config = { allowFrom: ["Lan Phạm", "Không Ai"] };
    const names = rig.open();
    names.noteConnected();
    await settle();
    expect(names.pending("person")).toBe(false);
    await names.stop();
  });
});

test("a look-up that breaks off is told, ends every wait for it, and never reaches the process as an unhandled rejection", async () => {
  const broken = namesRig();
  broken.config = { allowFrom: ["Lan Phạm"] };
  const names = openNameResolver({
    account: () => broken.account(),
    ownId: async () => Promise.reject(new Error("đĩa hỏng")),
    list: async () => [],
    clock: broken.clock,
    log: { info: () => {}, warn: (line) => broken.said.push(line) },
  });
  names.noteConnected();
  await expect(names.settled("person")).resolves.toBeUndefined();
  expect(broken.said).toEqual(["names cannot be turned into ids: đĩa hỏng"]);
  await names.stop();
  broken.dispose();
});
