import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import qrcode from "qrcode";
import { afterEach, describe, expect, test } from "vitest";
import { type LoggedIn, login, type LoginEvent } from "../../../src/zca/account/login.ts";
import { isLoginRunning } from "../../../src/zca/account/login-lock.ts";
import { createPidRecords, readPidRecords } from "../../../src/zca/process/pid-records.ts";
import { type Behavior, isRunning, type Script, scriptedZca, type ScriptedZca } from "../../fixtures/scripted-zca.ts";

const open: ScriptedZca[] = [];
const waiting: ChildProcess[] = [];
afterEach(() => {
  for (const child of waiting.splice(0)) child.kill("SIGKILL");
  for (const made of open.splice(0)) made.dispose();
});

const payload = "https://id.zalo.me/qr?token=thử-nghiệm-0123456789abcdef";
const png = (await qrcode.toBuffer(payload)).toString("base64");
const status =
  "{\n  profile: 'work',\n  loggedIn: true,\n  userId: '3300912847765512008',\n  displayName: 'Trợ lý của Lan'\n}\n";
const scanned =
  "\nScan this QR in your Zalo app:\nScanned by: Lan Phạm\nLogged in profile work as Trợ lý (3300912847765512008)\n";

interface Run {
  readonly result: ReturnType<typeof login>;
  readonly events: LoginEvent[];
  readonly made: ScriptedZca;
  readonly qrDir: string;
}

interface Options {
  readonly record?: (loggedIn: LoggedIn) => void;
  readonly signal?: AbortSignal;
  readonly terminal?: boolean;
}

function start(script: Script, options: Options = {}): Run {
  const { made, qrDir, events } = prepare(script);
  return { result: run(made, qrDir, events, options), events, made, qrDir };
}

function prepare(script: Script): Omit<Run, "result"> {
  const made = scriptedZca(script);
  open.push(made);
  const qrDir = path.join(made.folder, "qr");
  mkdirSync(qrDir);
  return { made, qrDir, events: [] };
}

function run(made: ScriptedZca, qrDir: string, events: LoginEvent[], options: Options = {}): Run["result"] {
  return login({
    zca: made.zca,
    lockDir: path.join(made.folder, "locks"),
    qrDir,
    onEvent: (event) => events.push(event),
    record: () => undefined,
    ...options,
  });
}

/** A recorded login that waits for a phone although the process that started it is gone. */
async function abandoned(made: ScriptedZca, profile: string): Promise<number> {
  const command = ["--profile", profile, "auth", "login"];
  const code = "setInterval(() => {}, 1000); console.log(1)";
  const child = spawn(process.execPath, ["-e", code, "--", ...command], { detached: true });
  waiting.push(child);
  await once(child.stdout, "data");
  const { pid = 0 } = child;
  createPidRecords(made.recordsDir).add({ pid, kind: "login", command, accountId: "work", profile });
  const stored = readPidRecords(made.recordsDir).records.find(({ record }) => record.pid === pid);
  if (stored) writeFileSync(stored.file, JSON.stringify({ ...stored.record, ownerPid: 2 ** 22 + 1 }));
  return pid;
}

const answers = (attempt: Behavior, said: Behavior = { stdout: status }): Script => ({
  answers: { "auth login": attempt, "auth status": said },
});
/** Time for the picture to be seen before the program ends: these bytes come one by one. */
const slowly = (text: string): string => `${"\n".repeat(300)}${text}`;

describe("login by QR code", () => {
  test("shows the code, says who scanned it, and names who is logged in", async () => {
    const { result, events, made, qrDir } = start(answers({ writeQr: png, bytewise: slowly(scanned) }));
    await expect(result).resolves.toEqual({ uid: "3300912847765512008", displayName: "Trợ lý của Lan" });
    expect(events.map(({ kind }) => kind)).toEqual(["qr", "scanned"]);
    expect(events[0]).toMatchObject({ payload, attempt: 1 });
    expect(events[1]).toMatchObject({ name: "Lan Phạm" });
    expect(made.calls().map(({ args }) => args.slice(2, 4).join(" "))).toEqual(["auth login", "auth status"]);
    expect(readdirSync(qrDir)).toEqual([]);
    expect(readdirSync(path.join(made.folder, "locks"))).toEqual([]);
  });

  test("declined on the phone is no success, although the program exits 0", async () => {
    const { result, events, made, qrDir } = start(
      answers({ writeQr: png, stdout: "QR login declined on phone. Retry by running auth login again.\n" }),
    );
    await expect(result).rejects.toMatchObject({ code: "LOGIN_DECLINED", accountId: "work" });
    expect(events.at(-1)).toEqual({ kind: "declined" });
    expect(made.calls()).toHaveLength(1);
    expect(readdirSync(qrDir)).toEqual([]);
  });

  test("shows a fresh code when one expires, three in all", async () => {
    const { result, events, made } = start(
      answers({
        writeQr: png,
        bytewise: slowly("QR expired. Retrying...\n"),
        stderr: "Error: Cannot get scan result\n",
        exit: 1,
      }),
    );
    await expect(result).rejects.toMatchObject({ code: "LOGIN_EXPIRED" });
    expect(events.filter(({ kind }) => kind === "expired")).toEqual(
      [1, 2, 3].map((attempt) => ({ kind: "expired", attempt })),
    );
    expect(events.flatMap((event) => (event.kind === "qr" ? event.attempt : []))).toEqual([1, 2, 3]);
    expect(made.calls()).toHaveLength(3);
  });

  test.each<[string, Script, string]>([
    ["the network is down", answers({ stderr: "Error: fetch failed\n", exit: 1 }), "ZCA_NETWORK"],
    ["no code is handed out", answers({ stderr: "Error: Unable to generate QRCode\n", exit: 1 }), "LOGIN_FAILED"],
    ["the program ends without a word", answers({}), "LOGIN_FAILED"],
    [
      "the new session does not work",
      answers({ stdout: scanned }, { stderr: "Error: Đăng nhập thất bại\n", exit: 1 }),
      "LOGIN_FAILED",
    ],
    ["nobody is named", answers({ stdout: scanned }, { stdout: "{ loggedIn: true }\n" }), "LOGIN_FAILED"],
  ])("fails when %s", async (_case, script, code) => {
    const { result, qrDir } = start(script);
    await expect(result).rejects.toMatchObject({ code, accountId: "work" });
    expect(readdirSync(qrDir)).toEqual([]);
  });

  test("a crash after success is success when the session works", async () => {
    await expect(start(answers({ stdout: scanned, exit: 1 })).result).resolves.toMatchObject({
      uid: "3300912847765512008",
    });
  });

  test("cancelled, ends the program and removes the picture", async () => {
    const abort = new AbortController();
    const { result, events, qrDir, made } = start(answers({ writeQr: png, hang: true, ignoreTerm: true }), {
      signal: abort.signal,
    });
    const rejected = expect(result).rejects.toMatchObject({
      code: "LOGIN_FAILED",
      message: expect.stringContaining("cancelled") as string,
    });
    await expect.poll(() => events.length, { timeout: 60_000 }).toBe(1);
    abort.abort();
    await rejected;
    expect(readdirSync(qrDir)).toEqual([]);
    expect(readdirSync(made.recordsDir)).toEqual([]);
  });

  test("ends the login of a process that was interrupted, and of this profile only", async () => {
    const { made, qrDir, events } = prepare(answers({ writeQr: png, bytewise: slowly(scanned) }));
    const ours = await abandoned(made, made.zca.profile);
    const other = await abandoned(made, "khác");
    await expect(run(made, qrDir, events)).resolves.toMatchObject({ uid: "3300912847765512008" });
    expect([isRunning(ours), isRunning(other)]).toEqual([false, true]);
  });

  test("removes the pictures a killed login left behind, and nobody else's", async () => {
    const { made, qrDir, events } = prepare(answers({ writeQr: png, bytewise: slowly(scanned) }));
    const dead = mkdtempSync(path.join(qrDir, `zalouser-login-${2 ** 22 + 1}-`));
    writeFileSync(path.join(dead, "code-1.png"), "");
    const living = mkdtempSync(path.join(qrDir, `zalouser-login-${process.ppid}-`));
    const foreign = mkdtempSync(path.join(qrDir, "other-"));
    await run(made, qrDir, events);
    expect(readdirSync(qrDir).sort()).toEqual([living, foreign].map((folder) => path.basename(folder)).sort());
  });

  test("keeps other logins out until it is written down who logged in, and after a failure to write no longer", async () => {
    const { made, qrDir, events } = prepare(answers({ writeQr: png, bytewise: slowly(scanned) }));
    const locks = path.join(made.folder, "locks");
    const seen: unknown[] = [];
    const record = (who: LoggedIn) => void seen.push(who.displayName, isLoginRunning(locks, made.zca.profile));
    await run(made, qrDir, events, { record });
    expect(seen).toEqual(["Trợ lý của Lan", true]);
    expect(isLoginRunning(locks, made.zca.profile)).toBe(false);
    const failing = () => {
      throw new Error("ENOSPC: no space left on device");
    };
    await expect(run(made, qrDir, events, { record: failing })).rejects.toThrow("ENOSPC");
    expect(isLoginRunning(locks, made.zca.profile)).toBe(false);
  });

  test("is one at a time per profile", async () => {
    const abort = new AbortController();
    const first = start(answers({ writeQr: png, hang: true }), { signal: abort.signal });
    const rejected = expect(first.result).rejects.toMatchObject({ code: "LOGIN_FAILED" });
    await expect.poll(() => first.events.length, { timeout: 60_000 }).toBe(1);
    await expect(
      login({
        zca: first.made.zca,
        lockDir: path.join(first.made.folder, "locks"),
        onEvent: () => undefined,
        record: () => undefined,
      }),
    ).rejects.toMatchObject({ code: "LOGIN_IN_PROGRESS" });
    abort.abort();
    await rejected;
  });
});

describe("login of a program that draws its code itself", () => {
  const helps = { "--help": "Usage: zca\n auth license listen msg", "--version": "0.0.24", "auth login --help": "" };

  test("needs a terminal to lend", async () => {
    const { result, made } = start({ ...answers({}), helps });
    await expect(result).rejects.toMatchObject({ code: "ZCA_UNSUPPORTED" });
    expect(made.calls()).toEqual([]);
  });

  test("succeeds when `auth status` names somebody afterwards", async () => {
    const { result, made, events } = start({ ...answers({}), helps }, { terminal: true });
    await expect(result).resolves.toMatchObject({ uid: "3300912847765512008" });
    expect(made.calls()[0]?.args.slice(2)).toEqual(["auth", "login"]);
    expect(events).toEqual([]);
    expect(existsSync(path.join(process.cwd(), "qr.png"))).toBe(false);
  });
});
