import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { createCast, type Cast } from "../gateway/rig/cast.ts";
import { createStage, type Stage } from "../gateway/rig/stage.ts";
import { readTerminalQrs } from "../gateway/rig/terminal-qr.ts";
import { openTerminal, type Terminal } from "./tmux.ts";

const openclaw = fileURLToPath(new URL("../../node_modules/openclaw/openclaw.mjs", import.meta.url));
/** The host's commands take from seconds to minutes to show their first question, depending on what else runs. */
const patience = 240_000;

let stage: Stage;
let cast: Cast;
let terminal: Terminal | undefined;

beforeAll(async () => {
  stage = await createStage();
  cast = createCast(stage);
  const { code, stderr } = await stage.install("tarball", { timeoutMs: patience });
  expect(code, stderr).toBe(0);
});
afterEach(async () => {
  await terminal?.close();
  terminal = undefined;
});
afterAll(() => stage.dispose());

/** Opens `openclaw …` in tmux as a person would. */
async function open(...args: readonly string[]): Promise<Terminal> {
  const { env, folders } = stage.host;
  terminal = await openTerminal({ command: [process.execPath, openclaw, ...args], env, cwd: folders.workspace });
  return terminal;
}

/** Waits for a question and presses keys. */
async function answer(at: Terminal, question: RegExp, ...keys: readonly string[]): Promise<void> {
  await at.until(new RegExp(`◆ {2}[^\\n]*${question.source}`, "u"), patience);
  await at.press(...keys);
}

async function write(at: Terminal, question: RegExp, text: string): Promise<void> {
  await at.until(new RegExp(`◆ {2}[^\\n]*${question.source}`, "u"), patience);
  await at.type(text);
  await at.press("Enter");
}

/** Moves down a list until the row is the chosen one, a key at a time: the list may draw slower than keys arrive. */
async function choose(at: Terminal, label: string): Promise<void> {
  const chosen = async () => (await at.screen()).match(/● [^\n]*/gu)?.at(-1) ?? "";
  for (let row = 0; row < 60; row += 1) {
    const before = await chosen();
    if (before.includes(label)) return at.press("Enter");
    await at.press("Down");
    await vi.waitFor(async () => expect(await chosen()).not.toBe(before), patience);
  }
  throw new Error(`${label} is not in the list.\n${await at.screen()}`);
}

async function channel(name = "zalouser"): Promise<unknown> {
  const channels = (await stage.host.config.read())["channels"] as Readonly<Record<string, unknown>> | undefined;
  return channels?.[name];
}

/** What the host asks after the channel's own questions; the last ones are not always asked. */
async function finish(at: Terminal): Promise<void> {
  await answer(at, /administration from your own chat account/, "Enter");
  expect(await at.ended(patience)).toBe(0);
}

/** Everything of `openclaw onboard` that is not about channels. */
const onlyChannels =
  "--classic --accept-risk --flow quickstart --auth-choice skip --skip-bootstrap --skip-daemon --skip-health --skip-hooks --skip-search --skip-skills --skip-ui".split(
    " ",
  );

test("onboard comes to the same questions, and a No at the risk leaves everything as it was", async () => {
  const at = await open("onboard", ...onlyChannels);
  await answer(at, /Help make OpenClaw better/, "Enter");
  await answer(at, /What should we call/, "Enter");
  await write(at, /Select channel/, "zalo pers");
  await at.until(/Zalo may restrict or ban/u, patience);
  await answer(at, /Zalo may ban/, "Enter");
  expect(await at.ended(patience)).toBe(0);
  expect(await channel()).toBeUndefined();
  expect(stage.zalo.journal()).toEqual([]);
});

describe("guided setup in a real terminal", () => {
  test("says the risk, logs in by the code on the screen, and turns names into ids", async () => {
    const at = await open("channels", "add", "--channel", "zalouser");
    await answer(at, /Zalo Personal account/, "Enter");
    const risk = await at.until(/Zalo may ban the account\?/u, patience);
    expect(risk).toContain("This automates a personal Zalo account, unofficially");
    expect(risk).toContain("điều khiển không chính thức");
    expect(stage.zalo.journal()).toEqual([]);
    await answer(at, /Zalo may ban/, "y");
    await answer(at, /How do you want to log in\?/, "Enter");
    const screen = await at.until(/Scan this code with the Zalo app/u, patience);
    const [payload = ""] = readTerminalQrs(screen);
    stage.zalo.scanQr(payload, { as: cast.assistant.uid });
    stage.zalo.confirmQr(payload);
    await at.until(new RegExp(`Trợ lý Minh 🤖 \\(user id ${cast.assistant.uid}\\)`, "u"), patience);

    await answer(at, /Who may write/, "Down", "Enter");
    await write(at, /People who may write/, `lan phạm, ${cast.huy.uid}`);
    await at.until(new RegExp(`"lan phạm" is "Lan Phạm", user ${cast.lan.uid}`, "u"), patience);
    await answer(at, /Is that right\?/, "Enter");
    await answer(at, /Which groups may talk/, "Down", "Enter");
    await at.until(/Gia đình 🏡 constructor/u, patience);
    await answer(at, /Groups that may talk/, "Space", "Enter");
    await at.until(/visible in the process list/u, patience);
    await finish(at);

    expect(await channel()).toEqual({
      enabled: true,
      dmPolicy: "allowlist",
      allowFrom: [cast.lan.uid, cast.huy.uid],
      groupPolicy: "allowlist",
      groups: { [cast.family.groupId]: { allow: true } },
    });
    expect(stage.zalo.calls({ command: "friend find" })).toHaveLength(1);
  });

  test("adds a second account from a saved session and leaves the first and the root policies alone", async () => {
    const before = await channel();
    stage.zalo.logIn("browser", cast.work.uid);
    const file = path.join(stage.host.folders.home, "session.json");
    const saved = path.join(stage.zalo.home, "profiles", "browser", "credentials.json");
    writeFileSync(file, readFileSync(saved), { mode: 0o600 });

    const at = await open("channels", "add", "--channel", "zalouser");
    // A channel that is set up is first asked about as a whole.
    await answer(at, /already configured/, "Enter");
    await answer(at, /Zalo Personal account/, "Down", "Enter");
    await write(at, /account id/, "work");
    await answer(at, /How do you want to log in\?/, "Down", "Enter");
    await write(at, /Path of the file/, path.join(stage.host.folders.home, "none.json"));
    await at.until(/does not exist/u, patience);
    await at.press("C-u");
    await write(at, /Path of the file/, file);
    await at.until(/Cửa hàng Hoa Đà Lạt \(user id/u, patience);
    await answer(at, /Who may write/, "Up", "Enter");
    await answer(at, /Which groups may talk/, "Down", "Enter");
    await finish(at);

    expect(await channel()).toMatchObject({ ...Object(before), defaultAccount: "default" });
    expect(stage.zalo.accountOf("work")).toBe(cast.work.uid);
  });
});

test("configure finds the account logged in and offers to keep that, without asking Zalo", async () => {
  const calls = stage.zalo.journal().filter(({ command }) => command?.startsWith("auth")).length;
  const at = await open("configure", "--section", "channels");
  await answer(at, /Channel setup/, "Enter");
  await at.until(/◆ {2}Select a channel/u, patience);
  await choose(at, "Zalo (Personal Account)");
  await answer(at, /already configured/, "Enter");
  await at.until(new RegExp(`Logged in as Trợ lý Minh 🤖 \\(user id ${cast.assistant.uid}\\)\\. Keep`, "u"), patience);
  expect(stage.zalo.journal().filter(({ command }) => command?.startsWith("auth"))).toHaveLength(calls);
  await at.press("C-c");
});

describe("commands without a terminal", () => {
  test("flags set an account up and log it in; what cannot work is refused with the flag that mends it", async () => {
    const add = (...flags: string[]) =>
      stage.host.cli(["channels", "add", "--channel", "zalouser", "--account", "shop", ...flags], {
        timeoutMs: patience,
      });
    const before = await channel();
    const refused = await add("--dm-policy", "open");
    expect(refused.code).not.toBe(0);
    expect(`${refused.stdout}${refused.stderr}`).toContain('needs --allow-from "*"');
    expect(await channel()).toEqual(before);

    stage.zalo.logIn("phone", cast.shop.uid);
    const saved = path.join(stage.zalo.home, "profiles", "phone", "credentials.json");
    const added = await add("--dm-policy", "allowlist", "--allow-from", cast.tuan.uid, "--credentials-file", saved);
    expect(`${added.stdout}${added.stderr}`).toContain("is logged in as Quán Phở Cổ 🍜");
    expect(stage.zalo.accountOf("shop")).toBe(cast.shop.uid);
    expect(await channel()).toMatchObject({
      accounts: { shop: { dmPolicy: "allowlist", allowFrom: [cast.tuan.uid] } },
    });
  });

  test("security audit names open groups, names in lists, shared lists and the process list", async () => {
    await stage.host.config.patch((config) => {
      config["channels"] = {
        zalouser: {
          allowFrom: [cast.lan.uid, "Huy Đặng"],
          accounts: { default: {}, work: { groupPolicy: "disabled" } },
        },
      };
    });
    const { stdout } = await stage.host.cli(["security", "audit", "--json"], { timeoutMs: patience });
    const { findings } = JSON.parse(stdout.slice(stdout.indexOf("{"))) as { findings: { checkId: string }[] };
    const ours = findings.map(({ checkId }) => checkId).filter((id) => id.startsWith("channels.zalouser."));
    expect(ours).toEqual(
      expect.arrayContaining([
        "channels.zalouser.groups.open",
        "channels.zalouser.name_entries",
        "channels.zalouser.allowlist_shared",
        "channels.zalouser.process_list",
      ]),
    );
  });

  test("doctor proposes what openzalo's words mean here, and --fix does it", async () => {
    const { groupId } = cast.family;
    await stage.host.config.patch((config) => {
      config["channels"] = {
        zalouser: { groupPolicy: "allowlist", groupAllowFrom: [`group:${groupId}`], threadBindings: { enabled: true } },
      };
    });
    const proposed = await stage.host.cli(["doctor", "--non-interactive"], { timeoutMs: patience });
    const told = `${proposed.stdout}${proposed.stderr}`.replaceAll(/\s+│\s+|\s+/gu, " ");
    expect(told).toContain("channels.zalouser.threadBindings is a setting of openzalo");
    await stage.host.cli(["doctor", "--fix", "--non-interactive"], { timeoutMs: patience });
    expect(await channel()).toMatchObject({ groupPolicy: "allowlist", groups: { [groupId]: { allow: true } } });
    expect(await channel()).not.toHaveProperty("threadBindings");
    expect(await channel()).not.toHaveProperty("groupAllowFrom");
  });
});
