import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createStandIn } from "../../../sim/control.ts";
import { openAccountState } from "../../../src/channel/account/state.ts";
import { setupContract } from "../../../src/channel/setup/contract.ts";
import { checkBeforeWriting } from "../../../src/channel/setup/flags.ts";
import packageJson from "../../../package.json" with { type: "json" };
import { createSetupRig, type HostConfig, type SetupRig } from "./rig.ts";

const lan = "5120034498771203345";
const group = "7044519283300761303";

let rig: SetupRig;
beforeEach(() => {
  rig = createSetupRig();
});
afterEach(() => rig.dispose());

const zalouser = (block: object) => ({ channels: { zalouser: block } }) as HostConfig;

function sessionFile(): string {
  rig.world.logIn("browser", rig.uid);
  const file = path.join(rig.folder, "session.json");
  writeFileSync(file, readFileSync(path.join(rig.world.home, "profiles", "browser", "credentials.json")), {
    mode: 0o644,
  });
  return file;
}

/** The program of another path: what a program can do is asked once for each. */
function zcaCli(): string {
  rig.world.setPersonality("legacy");
  return createStandIn(path.join(rig.folder, "zca-cli trả phí")).path;
}

test("package.json tells the host the same flags as the code takes", () => {
  expect(packageJson.openclaw.channel.setup.fields).toEqual(setupContract.metadata.fields);
});

test("flags set an account up; groups that are named are an allowlist", async () => {
  const flags = {
    name: "Cửa hàng",
    zcaProfile: "shop",
    dmPolicy: "allowlist",
    allowFrom: `zalouser:${lan}, Nguyễn Anh Tuấn`,
    groups: [`group:${group}`, "Gia đình"],
  };
  expect(await rig.addByFlags({}, "shop", flags)).toEqual(
    zalouser({
      accounts: {
        shop: {
          enabled: true,
          name: "Cửa hàng",
          profile: "shop",
          dmPolicy: "allowlist",
          allowFrom: [lan, "Nguyễn Anh Tuấn"],
          groups: { [group]: { allow: true }, "Gia đình": { allow: true } },
          groupPolicy: "allowlist",
        },
      },
    }),
  );
  expect(rig.shown.join("\n")).toContain("openclaw channels login --channel zalouser --account shop");
  expect(rig.calls()).toEqual([]);
});

test("flags add to lists and leave the rest of the account, the root and the first account alone", async () => {
  const before = zalouser({ dmPolicy: "allowlist", allowFrom: ["1234567890123"], groupPolicy: "disabled" });
  expect(await rig.addByFlags(before, undefined, { allowFrom: [lan] })).toEqual(
    zalouser({ dmPolicy: "allowlist", allowFrom: ["1234567890123", lan], groupPolicy: "disabled", enabled: true }),
  );
  expect(await rig.addByFlags(before, "Work", { dmPolicy: "pairing" })).toEqual(
    zalouser({
      dmPolicy: "allowlist",
      allowFrom: ["1234567890123"],
      groupPolicy: "disabled",
      defaultAccount: "default",
      accounts: { work: { enabled: true, dmPolicy: "pairing", allowFrom: [] } },
    }),
  );
});

test("a second account starts a list of people of its own, for the ids at the root mean others to it", async () => {
  const before = zalouser({ dmPolicy: "allowlist", allowFrom: ["1234567890123"] });
  expect(await rig.addByFlags(before, "shop", { allowFrom: [lan] })).toMatchObject(
    zalouser({ allowFrom: ["1234567890123"], accounts: { shop: { allowFrom: [lan] } } }),
  );
});

test("a second account lets nobody of the root's list in, star included, and keeps that when the list grows", async () => {
  const before = zalouser({ dmPolicy: "pairing", allowFrom: ["*", "1234567890123"], name: "Chị Hương" });
  const next = await rig.addByFlags(before, "shop", { name: "Cửa hàng Tết" });
  expect(next).toMatchObject(zalouser({ accounts: { shop: { allowFrom: [] } }, allowFrom: ["*", "1234567890123"] }));
});

test("an account that has a block goes on sharing the root's list: a flag takes nobody's right away", async () => {
  const before = zalouser({ allowFrom: [lan], accounts: { shop: { name: "Cửa hàng" } } });
  const next = await rig.addByFlags(before, "shop", { groupPolicy: "disabled" });
  expect(next).toEqual(
    zalouser({ allowFrom: [lan], accounts: { shop: { name: "Cửa hàng", enabled: true, groupPolicy: "disabled" } } }),
  );
});

test.each([
  ["an open policy", { dmPolicy: "open", allowFrom: ["*"] }, {}, 'channels.zalouser.dmPolicy is "open"'],
  ["an open policy and people", { dmPolicy: "open", allowFrom: ["*"] }, { allowFrom: [lan] }, "--dm-policy"],
  ["an allowlist of other ids", { dmPolicy: "allowlist", allowFrom: [lan] }, {}, "its own list of people is empty"],
])("%s is not handed on from the root to a second account unsaid", async (_what, root, flags, refusal) => {
  expect(await rig.addByFlags(zalouser(root), "shop", flags)).toContain(refusal);
});

test("groups that are named for a second account are all it gets: the root's rules only limit them", async () => {
  const root = {
    groupPolicy: "open",
    groups: {
      "*": { tools: { deny: ["exec"] } },
      "Họp phụ huynh": { requireMention: false },
      "Gia đình": { skills: ["calendar"] },
    },
  };
  const next = await rig.addByFlags(zalouser(root), "shop", { groups: ["Gia đình", group] });
  expect(next).toMatchObject(
    zalouser({
      ...root,
      accounts: {
        shop: {
          groupPolicy: "allowlist",
          groups: {
            "*": { allow: false, tools: { deny: ["exec"] } },
            "Họp phụ huynh": { allow: false },
            "Gia đình": { skills: ["calendar"] },
            [group]: { allow: true },
          },
        },
      },
    }),
  );
});

test.each([
  ["an unknown flag", { token: "x" }, "Unsupported setup option: token"],
  ["a policy there is not", { dmPolicy: "everyone" }, "dmPolicy must be one of"],
  ["an open policy that names no star", { dmPolicy: "open" }, 'needs --allow-from "*"'],
  ["a star without the open policy", { allowFrom: ["*"] }, "only together with --dm-policy open"],
  ["an allowlist of nobody", { dmPolicy: "allowlist" }, "lets nobody in without --allow-from"],
  ["an allowlist of no group", { groupPolicy: "allowlist" }, "lets no group in without --groups"],
  ["a phone number", { allowFrom: ["0912345678"] }, "looks like a phone number"],
  ["a group among the people", { allowFrom: [`group:${group}`] }, "is no user id"],
  ["an id that is too short", { groups: ["123"] }, "is no group id"],
  ["a profile zca does not accept", { zcaProfile: "cửa hàng" }, "characters zca does not accept"],
  ["an empty program", { zcaBinary: " " }, "--zca-binary is empty"],
])("%s is refused before anything is written or called", async (_what, flags, refusal) => {
  expect(await rig.addByFlags({}, undefined, flags)).toContain(refusal);
  expect(rig.calls()).toEqual([]);
});

test("flags switch a channel on that is off at the root, for the account alone, and say so", async () => {
  const before = zalouser({ enabled: false, accounts: { "quán-ăn": {}, shop: { enabled: false } } });
  const next = await rig.addByFlags(before, "shop", { dmPolicy: "pairing" });
  expect(next).toMatchObject(
    zalouser({ enabled: true, accounts: { "quán-ăn": { enabled: false }, shop: { enabled: true } } }),
  );
  expect(rig.shown.join("\n")).toContain('It is true now, for "shop"');
});

test("a profile another account has is refused", async () => {
  const before = zalouser({ accounts: { home: {} } });
  expect(await rig.addByFlags(before, "work", { zcaProfile: "home" })).toContain("[CONFIG_PROFILE_SHARED]");
});

test("a saved session logs in once the risk is accepted, and who else can read it is said", async () => {
  const credentialsFile = sessionFile();
  await expect(rig.addByFlags({}, undefined, { credentialsFile })).rejects.toThrow("Add --accept-risk");
  expect(rig.calls()).toEqual([]);
  await rig.addByFlags({}, undefined, { credentialsFile, acceptRisk: true });
  expect(rig.calls()).toEqual(["account add", "auth login-cred", "auth status"]);
  expect(openAccountState("default").login.read()).toMatchObject({ uid: rig.uid });
  expect(rig.shown.join("\n")).toContain("Others on this machine can read");
});

test("a saved session is refused before the config is written when the program is zca-cli, and the way out is named", async () => {
  const flags = { credentialsFile: sessionFile(), acceptRisk: true, zcaBinary: zcaCli() };
  await expect(checkBeforeWriting({}, "shop", flags)).rejects.toThrow("[ZCA_UNSUPPORTED]");
  const refused = rig.addByFlags({}, "shop", flags);
  await expect(refused).rejects.toThrow("--zca-binary");
  await expect(refused).rejects.toThrow("openclaw channels login --channel zalouser --account shop");
  expect(rig.calls()).toEqual([]);
  expect(openAccountState("shop").login.read()).toBeUndefined();
});

test("a file that is no session, and a missing program, are refused before the config is written", async () => {
  await expect(rig.addByFlags({}, undefined, { credentialsFile: "/nowhere.json", acceptRisk: true })).rejects.toThrow(
    "[LOGIN_FILE_INVALID]",
  );
  vi.stubEnv("ZCA_BINARY", path.join(rig.folder, "nowhere"));
  const flags = { credentialsFile: sessionFile(), acceptRisk: true };
  await expect(rig.addByFlags({}, undefined, flags)).rejects.toThrow("[ZCA_NOT_FOUND]");
});
