import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createStandIn, fault } from "../../../sim/control.ts";
import { listAccountIds, resolveAccount } from "../../../src/channel/account/accounts.ts";
import { openAccountState } from "../../../src/channel/account/state.ts";
import { findConfigProblems } from "../../../src/config-problems.ts";
import { createSetupRig, type Answer, type HostConfig, type SetupRig } from "./rig.ts";

const lan = "5120034498771203345";
const empty: HostConfig = {};
const yes: Answer = [/Zalo may ban/, true];
const noLogin: Answer = [/log in\?/, "later"];
const pairing: Answer = [/Who may write/, "pairing"];
const closed: Answer = [/Which groups/, "disabled"];

let rig: SetupRig;
beforeEach(() => {
  rig = createSetupRig();
  rig.world.addPerson({ uid: lan, displayName: "Lan Phạm" });
  rig.world.befriend(rig.uid, lan);
});
afterEach(() => rig.dispose());

const blockOf = (cfg: HostConfig) => cfg.channels?.["zalouser"];
const shown = () => rig.shown.join("\n");

/** Logs in with the session file of somebody's browser. */
function sessionFile(uid = rig.uid): string {
  rig.world.logIn("browser", uid);
  const file = path.join(rig.folder, "phiên đăng nhập.json");
  writeFileSync(file, readFileSync(path.join(rig.world.home, "profiles", "browser", "credentials.json")), {
    mode: 0o600,
  });
  return file;
}

const byFile = (): Answer[] => [
  [/log in\?/, "file"],
  [/Path of the file/, sessionFile()],
];

/** The person with the phone: scans the code the wizard drew and confirms. */
async function scan(): Promise<void> {
  const login = await vi.waitFor(() => {
    const [pending] = rig.world.pendingLogins();
    if (pending === undefined) throw new Error("No code yet.");
    return pending;
  }, 60_000);
  rig.world.scanQr(login.payload, { as: rig.uid });
  rig.world.confirmQr(login.payload);
}

describe("the risk", () => {
  test("is said in both languages, and declining changes nothing and asks nothing more", async () => {
    const result = await rig.configure(empty, [[/Zalo may ban/, false]]);
    expect(result).toEqual({ cfg: empty, completion: "paused" });
    expect(shown()).toContain("unofficially");
    expect(shown()).toContain("không chính thức");
    expect(rig.calls()).toEqual([]);
  });

  test("is asked about once; a second account is only told", async () => {
    await rig.configure(empty, [yes, noLogin, pairing, closed]);
    await rig.configure(empty, [noLogin, pairing, closed], { accountOverrides: { zalouser: "work" } });
    expect(rig.shown.filter((text) => text.includes("unofficially"))).toHaveLength(2);
  });
});

describe("the program", () => {
  test("is explained when it is missing, and looked for again after it was installed", async () => {
    const standIn = createStandIn(path.join(rig.folder, "bin"));
    standIn.remove();
    vi.stubEnv("ZCA_BINARY", standIn.path);
    const install = () => {
      standIn.restore();
      return "again";
    };
    await rig.configure(empty, [yes, [/go on\?/, install], noLogin, pairing, closed]);
    expect(shown()).toContain("npm install -g openzca");
    expect(shown()).toContain(`openzca 0.1.58: ${standIn.path}`);
  });

  test("can be named, and its path is written into the config", async () => {
    const standIn = createStandIn(path.join(rig.folder, "thư mục của tôi"));
    vi.stubEnv("ZCA_BINARY", path.join(rig.folder, "nowhere"));
    const { cfg } = configured(
      await rig.configure(empty, [yes, [/go on\?/, "path"], [/Path or name/, standIn.path], noLogin, pairing, closed]),
    );
    expect(blockOf(cfg)).toMatchObject({ zcaBinary: standIn.path });
  });

  test("may stay missing: the rest is set up and the login is left for later", async () => {
    vi.stubEnv("ZCA_BINARY", path.join(rig.folder, "nowhere"));
    const { cfg } = configured(await rig.configure(empty, [yes, [/go on\?/, "later"], pairing, closed]));
    expect(blockOf(cfg)).toEqual({ enabled: true, dmPolicy: "pairing", groupPolicy: "disabled" });
    expect(shown()).toContain("openclaw channels login --channel zalouser --account default");
  });
});

describe("the login", () => {
  test("by QR code is recorded for the running gateway", async () => {
    const done = rig.configure(empty, [yes, [/log in\?/, "qr"], pairing, closed]);
    await scan();
    await done;
    expect(openAccountState("default").login.read()).toMatchObject({ uid: rig.uid, byLogin: true });
    expect(shown()).toContain(`Trợ lý Minh 🤖 (user id ${rig.uid})`);
  });

  test("by a saved session makes the profile, tells to delete the file, and costs two calls", async () => {
    const answers = [yes, ...byFile(), pairing, closed];
    await rig.configure(empty, answers, { accountOverrides: { zalouser: "shop" } });
    expect(rig.world.accountOf("shop")).toBe(rig.uid);
    expect(rig.calls()).toEqual(["account add", "auth login-cred", "auth status"]);
    expect(shown()).toMatch(/Delete .*phiên đăng nhập\.json now/);
    expect(openAccountState("shop").login.read()).toMatchObject({ uid: rig.uid });
  });

  test("refuses files that hold no session before zca is called, without telling what they hold", async () => {
    const broken = path.join(rig.folder, "broken.json");
    writeFileSync(broken, '{"imei":"secret-imei"');
    const partial = path.join(rig.folder, "partial.json");
    writeFileSync(partial, '{"imei":"secret-imei","userAgent":"x"}');
    const file = sessionFile();
    const tries: Answer[] = [path.join(rig.folder, "none.json"), rig.folder, broken, partial, file].map((answer) => [
      /Path of the file/,
      answer,
    ]);
    await rig.configure(empty, [yes, [/log in\?/, "file"], ...tries, pairing, closed]);
    expect(shown()).toContain("does not exist");
    expect(shown()).toContain("is not a file");
    expect(shown()).toContain("is not JSON");
    expect(shown()).toContain("lacks a usable cookie");
    expect(shown()).not.toContain("secret-imei");
    expect(rig.calls()).toEqual(["account add", "auth login-cred", "auth status"]);
  });

  test("with a session Zalo no longer takes says so and lets try again", async () => {
    const file = sessionFile();
    rig.world.expireSession("browser");
    chmodSync(file, 0o644);
    const answers: Answer[] = [yes, [/log in\?/, "file"], [/Path of the file/, file], noLogin, pairing, closed];
    await rig.configure(empty, answers);
    expect(shown()).toContain("[ZCA_LOGIN_REFUSED]");
    expect(openAccountState("default").login.read()).toBeUndefined();
  });

  test("is kept when there is one, without asking Zalo", async () => {
    await rig.configure(empty, [yes, ...byFile(), pairing, closed]);
    const before = rig.calls().length;
    await rig.configure({ channels: { zalouser: {} } }, [[/Keep this login/, true], pairing, closed]);
    expect(rig.calls()).toHaveLength(before);
  });
});

describe("in a browser", () => {
  const hosted = { options: { deferDeviceLinkToClient: true } };

  test("nothing takes away the way out of the dialogue: the host would never let another one begin", async () => {
    const beforePersistentEffect = vi.fn<() => Promise<void>>();
    await rig.configure(empty, [yes, ...byFile(), pairing, closed], {
      options: { ...hosted.options, beforePersistentEffect },
    });
    expect(beforePersistentEffect).not.toHaveBeenCalled();
    expect(shown()).not.toContain("The gateway process must find it");
  });

  test("nothing is kept of somebody who has left", async () => {
    rig.leave();
    await expect(rig.configure(empty, [yes], hosted)).rejects.toThrowError("not running");
    expect(rig.calls()).toEqual([]);
    await expect(rig.configure(empty, [yes], hosted)).rejects.toThrowError("not running");
  });
});

describe("people", () => {
  const listed = (...answers: Answer[]): Answer[] => [
    yes,
    ...byFile(),
    [/Who may write/, "allowlist"],
    ...answers,
    closed,
  ];
  const right: Answer = [/Is that right/, true];

  test("by name become ids through zca friend find, once the list of friends has nobody else of that name", async () => {
    const answers = [
      yes,
      [/log in\?/, "qr"],
      [/may write to/, "allowlist"],
      [/People who/, "lan phạm"],
      right,
      closed,
    ] as const;
    const done = rig.configure(empty, answers);
    await scan();
    const { cfg } = configured(await done);
    expect(blockOf(cfg)).toMatchObject({ dmPolicy: "allowlist", allowFrom: [lan] });
    expect(rig.calls().filter((call) => call.startsWith("friend"))).toEqual(["friend find", "friend list"]);
    expect(shown()).toContain(`"lan phạm" is "Lan Phạm", user ${lan}`);
  });

  test("of whom zca friend find tells one alone are told apart by a person, when another friend bears the name", async () => {
    const other = rig.world.addPerson({ displayName: "Lan Phạm", zaloName: "Phạm Thị Lan" });
    rig.world.befriend(rig.uid, other.uid);
    const row = { userId: other.uid, displayName: "Lan Phạm", zaloName: "Phạm Thị Lan", isFr: 1 };
    rig.world.setFaults([fault({ command: "friend find" }, { group: "exit", code: 0, stdout: JSON.stringify([row]) })]);
    const answers = listed([/People/, "Lan Phạm"], [/Whom do you mean/, lan], right);
    const { cfg } = configured(await rig.configure(empty, answers));
    expect(blockOf(cfg)).toMatchObject({ allowFrom: [lan] });
    expect(shown()).toContain(`Lan Phạm / Phạm Thị Lan (user ${other.uid})`);
  });

  test("are shown with every name they go by before they are let in", async () => {
    const huy = rig.world.addPerson({ displayName: "Huy Đặng", zaloName: "Đặng Quốc Huy" });
    rig.world.befriend(rig.uid, huy.uid);
    await rig.configure(empty, listed([/People/, "Huy Đặng"], right));
    expect(shown()).toContain(`"Huy Đặng" is "Huy Đặng / Đặng Quốc Huy", user ${huy.uid}`);
  });

  test("by id are never looked up, and what is neither id nor name is refused while typing", async () => {
    const answers = listed([/People/, "0912345678"], [/People/, "*"], [/People/, "12"], [/People/, `zlu:${lan}`]);
    const { cfg } = configured(await rig.configure(empty, answers));
    expect(blockOf(cfg)).toMatchObject({ allowFrom: [lan] });
    expect(shown()).toContain("looks like a phone number");
    expect(rig.calls().some((call) => call.startsWith("friend"))).toBe(false);
  });

  test("of one name are told apart by a person, and a name nobody has is left out", async () => {
    const other = rig.world.addPerson({ displayName: "Lan Phạm" });
    rig.world.befriend(rig.uid, other.uid);
    const answers = listed([/People/, "Lan Phạm, Không Ai"], [/Whom do you mean/, other.uid], right);
    const { cfg } = configured(await rig.configure(empty, answers));
    expect(blockOf(cfg)).toMatchObject({ allowFrom: [other.uid] });
    expect(shown()).toContain('"Không Ai": left out');
    expect(rig.calls().filter((call) => call === "friend list")).toHaveLength(1);
  });

  test("stay names while nobody is logged in", async () => {
    const answers: Answer[] = [yes, noLogin, [/Who may write/, "allowlist"], [/People/, "Lan Phạm"], right, closed];
    expect(blockOf(configured(await rig.configure(empty, answers)).cfg)).toMatchObject({ allowFrom: ["Lan Phạm"] });
  });

  test("are everyone only after a second yes; leaving that policy takes the star away", async () => {
    const open: Answer[] = [
      yes,
      noLogin,
      [/Who may write/, "open"],
      [/Really open/, false],
      [/Who may/, "open"],
      [/Really/, true],
      closed,
    ];
    const { cfg } = configured(await rig.configure(empty, open));
    expect(blockOf(cfg)).toMatchObject({ dmPolicy: "open", allowFrom: ["*"] });
    const again = configured(await rig.configure(cfg, [noLogin, pairing, closed]));
    expect(blockOf(again.cfg)).toMatchObject({ dmPolicy: "pairing", allowFrom: [] });
  });
});

describe("groups", () => {
  test("are picked by name, kept by id, and rules of others stay", async () => {
    const family = rig.world.addGroup({ name: "Gia đình 🏡 constructor", members: [rig.uid, lan] });
    const work = rig.world.addGroup({ name: "Công việc", members: [rig.uid, lan] });
    const cfg = {
      channels: { zalouser: { groups: { [work.groupId]: { requireMention: false }, "Nhóm cũ": { allow: false } } } },
    } as HostConfig;
    const pick = [/Groups that may talk/, [family.groupId, work.groupId]] as const;
    const answers: Answer[] = [yes, ...byFile(), pairing, [/Which groups/, "allowlist"], pick];
    const { cfg: next } = configured(await rig.configure(cfg, answers));
    expect(blockOf(next)).toMatchObject({
      groupPolicy: "allowlist",
      groups: {
        [family.groupId]: { allow: true },
        [work.groupId]: { allow: true, requireMention: false },
        "Nhóm cũ": { allow: false },
      },
    });
    expect(shown()).toContain(`Gia đình 🏡 constructor (group ${family.groupId})`);
  });

  test("by hand: a closed group stays closed when nobody names it, and a star is taken out on request", async () => {
    const cfg = {
      channels: {
        zalouser: { groups: { "*": {}, "7044519283300760001": { allow: false }, "7044519283300760002": {} } },
      },
    };
    const answers: Answer[] = [
      yes,
      noLogin,
      pairing,
      [/Which groups/, "allowlist"],
      [/Take it out/, true],
      [/Ids or names/, "7044519283300760002"],
    ];
    const { cfg: next } = configured(await rig.configure(cfg as HostConfig, answers));
    expect(blockOf(next)).toMatchObject({
      groups: { "7044519283300760001": { allow: false }, "7044519283300760002": { allow: true } },
    });
    expect(Object.keys((blockOf(next) as { groups: object }).groups)).not.toContain("*");
  });
});

describe("a second account", () => {
  test("gets its own block, and the root policies and the first account stay where they are", async () => {
    const first = { enabled: true, dmPolicy: "allowlist", allowFrom: [lan], groupPolicy: "disabled" };
    const cfg = { channels: { zalouser: first } } as HostConfig;
    const answers: Answer[] = [yes, noLogin, pairing, closed];
    const { cfg: next } = configured(await rig.configure(cfg, answers, { accountOverrides: { zalouser: "work" } }));
    expect(blockOf(next)).toEqual({
      ...first,
      defaultAccount: "default",
      // The ids at the root are those of the first account's contacts.
      accounts: { work: { enabled: true, dmPolicy: "pairing", allowFrom: [], groupPolicy: "disabled" } },
    });
    expect(findConfigProblems(blockOf(next), "channels.zalouser")).toEqual([]);
  });

  test("has a list of people of its own from the start, or people added to the root's would reach it later", async () => {
    const cfg = { channels: { zalouser: { name: "Nhà chị Hương" } } } as HostConfig;
    const answers: Answer[] = [yes, noLogin, pairing, closed];
    const { cfg: next } = configured(await rig.configure(cfg, answers, { accountOverrides: { zalouser: "shop" } }));
    expect(blockOf(next)).toMatchObject({ accounts: { shop: { dmPolicy: "pairing", allowFrom: [] } } });
  });
});

describe("a channel that is switched off at the root", () => {
  const answers: Answer[] = [yes, noLogin, pairing, closed];

  test("is switched on for the account alone: every other one is switched off by itself, and that is said", async () => {
    const off = { enabled: false, defaultAccount: "default", accounts: { "Cửa-Hàng": { name: "Cửa hàng" }, work: {} } };
    const cfg = { channels: { zalouser: off } } as HostConfig;
    const { cfg: next } = configured(await rig.configure(cfg, answers, { accountOverrides: { zalouser: "work" } }));
    for (const id of listAccountIds(next)) expect([id, resolveAccount(next, id).enabled]).toEqual([id, id === "work"]);
    expect(listAccountIds(next)).toEqual(listAccountIds(cfg));
    expect(blockOf(next)).toMatchObject({ accounts: { "Cửa-Hàng": { name: "Cửa hàng", enabled: false } } });
    expect(shown()).toContain('channels.zalouser.enabled was false, so no account ran. It is true now, for "work"');
  });

  test("keeps the account on the root settings off, with its profile, when a second one is set up", async () => {
    const cfg = { channels: { zalouser: { enabled: false, profile: "chinh", groupPolicy: "disabled" } } } as HostConfig;
    const { cfg: next } = configured(await rig.configure(cfg, answers, { accountOverrides: { zalouser: "work" } }));
    expect(resolveAccount(next, "work")).toMatchObject({ enabled: true, profile: "work" });
    expect(resolveAccount(next, "default")).toMatchObject({ enabled: false, profile: "chinh" });
    expect(listAccountIds(next)).toEqual(["default", "work"]);
  });

  test("and says nothing else gets no account beside the one that is set up", async () => {
    const cfg = { channels: { zalouser: { enabled: false } } } as HostConfig;
    const { cfg: next } = configured(await rig.configure(cfg, answers, { accountOverrides: { zalouser: "work" } }));
    expect(listAccountIds(next)).toEqual(["work"]);
    expect(resolveAccount(next, "work").enabled).toBe(true);
  });
});

describe("several accounts of openzalo", () => {
  const group = "7044519283300760001";
  const old = (more: object = {}) =>
    ({
      channels: {
        openzalo: {
          profile: "chinh",
          groupAllowFrom: [group],
          accounts: { work: {}, shop: { profile: "shop" } },
          ...more,
        },
      },
    }) as unknown as HostConfig;
  const take: Answer = [/Take over/, true];

  test("are taken over before an account is chosen, which is one of them, each with the profile it had", async () => {
    const choose: Answer = [/Zalo Personal account/, "shop"];
    const answers: Answer[] = [take, choose, yes, noLogin, [/Who may write/, "disabled"], closed];
    const { cfg: next, accountId } = configured(await rig.configure(old(), answers));
    expect(accountId).toBe("shop");
    expect(listAccountIds(next)).toEqual(["shop", "work"]);
    expect(resolveAccount(next, "work")).toMatchObject({ profile: "chinh", fault: undefined });
    expect(resolveAccount(next, "shop")).toMatchObject({ profile: "shop", fault: undefined });
    expect(blockOf(next)).toMatchObject({ accounts: { work: { groupPolicy: "allowlist" } } });
  });

  test("that share a profile are told with the place in openzalo's settings that mends it, and nothing is written", async () => {
    const cfg = old({ accounts: { work: {}, "bán hàng": {} } });
    const result = await rig.configure(cfg, [take, [/Zalo Personal account/, "work"], yes]);
    expect(result).toEqual({ cfg, completion: "paused" });
    expect(shown()).toContain("[CONFIG_PROFILE_SHARED]");
    expect(shown()).toContain("channels.openzalo.accounts.<id>.profile");
  });

  test("bring no account along that openzalo did not run", async () => {
    const cfg = old({ defaultAccount: "default" });
    const answers: Answer[] = [take, [/Zalo Personal account/, "work"], yes, noLogin, pairing, closed];
    expect(listAccountIds(configured(await rig.configure(cfg, answers)).cfg)).toEqual(["shop", "work"]);
  });
});

test("settings of openzalo are taken over, its groups as groups, and it is switched off", async () => {
  const group = "7044519283300760001";
  const old = { enabled: true, zcaBinary: "openzca", groupAllowFrom: [group], allowFrom: [lan], dmPolicy: "allowlist" };
  const cfg = { channels: { openzalo: old } } as unknown as HostConfig;
  vi.stubEnv("ZCA_BINARY", undefined);
  const answers: Answer[] = [[/Take over/, true], yes, [/go on\?/, "later"], [/Who may write/, "pairing"], closed];
  const { cfg: next } = configured(await rig.configure(cfg, answers));
  expect((next.channels as Record<string, object>)["openzalo"]).toMatchObject({ enabled: false });
  expect(blockOf(next)).toMatchObject({ zcaBinary: "openzca", allowFrom: [lan], groups: { [group]: { allow: true } } });
});

function configured<T extends object>(result: T): T & { accountId?: string } {
  expect("completion" in result ? result.completion : "configured").toBe("configured");
  return result;
}
