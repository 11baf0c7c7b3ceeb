import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { fault } from "../../sim/control.ts";
import { plantedSecrets } from "../../sim/faults/stderr-damage.ts";
import { resolveAccount } from "../../src/channel/account/accounts.ts";
import { channelStateFolder, openAccountState } from "../../src/channel/account/state.ts";
import { loginInTerminal } from "../../src/channel/login/terminal.ts";
import { listPeers } from "../../src/channel/operate/directory.ts";
import { probeAccount } from "../../src/channel/operate/probe.ts";
import { sendMedia } from "../../src/channel/outbound/adapter.ts";
import { stageMedia } from "../../src/channel/outbound/media.ts";
import { createHostileRig, lan, me, patience, type HostileRig } from "./rig.ts";

/** What a gateway's environment holds that is none of zca's business. */
const secrets = {
  OPENAI_API_KEY: "sk-bi-mat-openai",
  ANTHROPIC_API_KEY: "sk-bi-mat-anthropic",
  OPENCLAW_GATEWAY_TOKEN: "bi-mat-gateway",
  AWS_SECRET_ACCESS_KEY: "bi-mat-aws",
  GITHUB_TOKEN: "bi-mat-github",
  DATABASE_URL: "postgres://bi:mat@db",
  ZCA_PROFILE: "khac",
  OPENZCA_PROFILE: "khac",
  OPENZCA_DEBUG: "1",
  NODE_OPTIONS_EXTRA: "--inspect",
};

/** The design's list (D7), typed anew: what may be inherited, and what is set. */
const inheritable =
  /^(?:PATH|HOME|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|https?_proxy|no_proxy|all_proxy|HTTPS?_PROXY|NO_PROXY|ALL_PROXY|SSL_CERT_FILE|SSL_CERT_DIR|NODE_EXTRA_CA_CERTS)$/u;
const setForAll = ["NO_COLOR", "OPENZCA_HOME", "OPENZCA_QR_AUTO_OPEN", "OPENZCA_SEND_RETRY_COUNT"];
const setForListen = [
  "OPENZCA_LISTEN_DOWNLOAD_QUOTE_MEDIA",
  "OPENZCA_LISTEN_HEARTBEAT_MS",
  "OPENZCA_LISTEN_INCLUDE_QUOTE_CONTEXT",
  "OPENZCA_LISTEN_MEDIA_FETCH_TIMEOUT_MS",
  "OPENZCA_LISTEN_MEDIA_MAX_BYTES",
];

describe("what stays private", () => {
  let rig: HostileRig;
  let stranger: string;
  let strangers = 0;

  beforeEach(() => {
    rig = createHostileRig();
    rig.world.addPerson({ uid: lan, displayName: "Lan Phạm" });
    // OpenClaw's own pairing store gives each person one code, and all tests of a file share the store.
    strangers += 1;
    stranger = String(6_333_000_000_000_000_000n + BigInt(strangers));
    rig.world.addPerson({ uid: stranger, displayName: "Người lạ" });
    rig.settings = { dmPolicy: "pairing", allowFrom: [lan] };
    for (const [name, value] of Object.entries(secrets)) vi.stubEnv(name, value);
  });

  afterEach(() => rig.dispose());

  const account = () => resolveAccount(rig.config(), "default");
  const sent = () => rig.world.messages().filter(({ from }) => from === me);

  /** Login by QR, a received and an answered message, a stranger, a file, the directory, a probe. */
  async function fullJourney(words: { said: string; answered: string; stranger: string; caption: string }) {
    vi.stubEnv("OPENCLAW_ZALOUSER_ACCEPT_RISK", "1");
    const printed: string[] = [];
    const login = loginInTerminal({
      cfg: rig.config(),
      accountId: "default",
      runtime: { log: (...args: unknown[]) => void printed.push(args.join(" ")), error() {}, exit() {} },
    });
    const code = await vi.waitFor(() => {
      const [pending] = rig.world.pendingLogins();
      if (pending === undefined) throw new Error("No QR code is shown yet.");
      return pending.payload;
    }, patience);
    rig.world.scanQr(code, { as: me });
    rig.world.confirmQr(code);
    await login;
    rig.answer = async () => words.answered;
    await rig.during(async () => {
      rig.world.say({ from: lan, to: me, text: words.said });
      rig.world.say({ from: stranger, to: me, text: words.stranger });
      await vi.waitFor(() => expect(sent()).toHaveLength(2), patience);
      const file = path.join(process.env["HOME"] ?? "", "báo cáo.txt");
      writeFileSync(file, "nội dung");
      const media = { mediaUrl: file, mediaAccess: { localRoots: [path.dirname(file)] } };
      await sendMedia({ cfg: rig.config(), accountId: "default", to: lan, text: words.caption, ...media });
      await listPeers({ cfg: rig.config(), accountId: "default", runtime: { log() {}, error() {}, exit() {} } });
      await probeAccount(account(), 20_000);
      // While the listener runs, with everything open.
      expectPrivate();
    });
    return printed;
  }

  const roots = () => [channelStateFolder(), rig.world.home];
  /** Files the simulated servers keep; no part of the real program. */
  const ofTheServers = (file: string) => file.startsWith(path.join(rig.world.home, "sim"));

  function expectPrivate(): void {
    const open = roots()
      .flatMap((root) => readdirSync(root, { recursive: true, withFileTypes: true }))
      .map((entry) => ({ entry, file: path.join(entry.parentPath, entry.name) }))
      .filter(({ file }) => !ofTheServers(file))
      .filter(({ file }) => ((statSync(file, { throwIfNoEntry: false })?.mode ?? 0) & 0o077) !== 0)
      .map(({ file }) => path.relative(rig.world.home, file));
    expect(open).toEqual([]);
  }

  test("every zca call gets exactly the listed environment, whatever the gateway's own holds", async () => {
    await fullJourney({ said: "một", answered: "hai", stranger: "ba", caption: "bốn" });
    const calls = rig.world.journal();
    const commands = new Set(calls.map(({ command }) => command));
    for (const command of ["auth login", "listen", "msg send", "msg upload", "friend list", "auth status"])
      expect(commands).toContain(command);
    for (const { command, envNames, env } of calls) {
      const listed = [...setForAll, ...(command === "listen" ? setForListen : [])];
      const inherited = envNames.filter((name) => inheritable.test(name));
      expect({ command, envNames: envNames.filter((name) => !inheritable.test(name)) }).toEqual({
        command,
        envNames: listed.sort(),
      });
      for (const name of inherited) expect(process.env).toHaveProperty(name);
      expect(env).not.toHaveProperty("OPENZCA_PROFILE");
    }
  }, 120_000);

  test("every file is 0600 and every folder 0700, while it runs and after", async () => {
    await fullJourney({ said: "một", answered: "hai", stranger: "ba", caption: "bốn" });
    expectPrivate();
    // Nothing is left of what was only passing: the QR code, the staged file.
    const files = roots().flatMap((root) => readdirSync(root, { recursive: true, encoding: "utf8" }));
    expect(files.filter((file) => /\.png$|báo|bao-cao/iu.test(file))).toEqual([]);
    expect(files.some((file) => file.endsWith("login.json"))).toBe(true);
  }, 120_000);

  test("no message text and no secret stands in a log, in status, in an error or in the account's files", async () => {
    rig.world.setFaults([
      fault({ command: "listen" }, { group: "stderr", mode: "secrets" }),
      fault({ command: "msg send" }, { group: "stderr", mode: "secrets" }),
    ]);
    const marks = {
      said: "dấu-một-nhận",
      answered: "dấu-hai-trả-lời",
      stranger: "dấu-ba-người-lạ",
      caption: "dấu-bốn-chú-thích",
    };
    const printed = await fullJourney(marks);
    // A send that fails with all of it on stderr, and one that is refused before.
    rig.world.setFaults([
      fault({ command: "msg send" }, { group: "stderr", mode: "secrets" }),
      fault(
        { command: "msg send" },
        { group: "exit", code: 1, error: `Lỗi với cookie: ${plantedSecrets.cookie} và dấu-năm-lỗi` },
      ),
    ]);
    const errors: string[] = [];
    const notSent = () => rig.details().sends.unsent + rig.details().sends.unknown;
    const notSentBefore = notSent();
    await rig.during(async () => {
      rig.answer = async () => "dấu-năm-lỗi";
      rig.world.say({ from: lan, to: me, text: "dấu-sáu" });
      await vi.waitFor(() => expect(rig.turns.at(-1)?.text).toContain("dấu-sáu"), patience);
      await stageMedia(account(), "/etc/shadow", { localRoots: [tmpdir()] }).catch((error: unknown) =>
        errors.push(String(error)),
      );
      await vi.waitFor(() => expect(notSent()).toBeGreaterThan(notSentBefore), patience);
    });
    const seen = [await rig.visible(), ...printed, ...errors].join("\n");
    for (const secret of [
      ...Object.values(plantedSecrets),
      ...Object.values(secrets).filter((value) => value.includes("mat")),
    ])
      expect(seen).not.toContain(secret);
    for (const mark of ["dấu-một", "dấu-hai", "dấu-ba", "dấu-bốn", "dấu-năm", "dấu-sáu"])
      expect(seen).not.toContain(mark);
    const files = readdirSync(openAccountState("default").folder, { recursive: true, withFileTypes: true });
    const holding = files
      .filter((entry) => entry.isFile() && !entry.name.startsWith("journal.sqlite"))
      .map((entry) => path.join(entry.parentPath, entry.name))
      .filter((file) => /dấu-|sk-planted|zpsid/u.test(readFileSync(file, "utf8")));
    expect(holding).toEqual([]);
  }, 120_000);
});

describe("files that may be sent", () => {
  let rig: HostileRig;
  let root: string;
  let outside: string;

  beforeEach(() => {
    rig = createHostileRig();
    rig.logIn();
    root = path.join(process.env["HOME"] ?? "", "được phép");
    outside = path.join(process.env["HOME"] ?? "", "bí mật.txt");
    mkdirSync(root);
    writeFileSync(outside, "bí mật");
    writeFileSync(path.join(root, "ảnh.txt"), "được gửi");
  });

  afterEach(() => rig.dispose());

  const stage = (file: string) =>
    stageMedia(resolveAccount(rig.config(), "default"), file, { localRoots: [root], workspaceDir: root });

  test("are those in the agent's folders; a way out by path, symlink or address is refused by name of what mends it", async () => {
    symlinkSync(outside, path.join(root, "trông vô hại.txt"));
    symlinkSync(path.dirname(outside), path.join(root, "thư mục"));
    const staged = await stage(path.join(root, "ảnh.txt"));
    expect(readFileSync(staged.path, "utf8")).toBe("được gửi");
    await staged.discard();
    for (const file of [
      outside,
      "/etc/passwd",
      "file:///etc/passwd",
      path.join(root, "..", "bí mật.txt"),
      path.join(root, "trông vô hại.txt"),
      path.join(root, "thư mục", "bí mật.txt"),
      "/proc/self/environ",
    ]) {
      await expect(stage(file), file).rejects.toThrow(/\[MEDIA_NOT_(?:ALLOWED|FOUND)\]$/u);
    }
    for (const address of [
      "http://127.0.0.1:1/x.png",
      "http://localhost:1/x.png",
      "http://169.254.169.254/latest/meta-data",
      "http://[::1]:1/x.png",
      "http://10.0.0.1/x.png",
    ]) {
      await expect(stage(address), address).rejects.toThrow(/\[MEDIA_UNREACHABLE\]$/u);
    }
    const left = readdirSync(path.join(openAccountState("default").folder, "outgoing"));
    expect(left).toEqual([]);
  }, 60_000);
});
