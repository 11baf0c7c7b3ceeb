import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { ZalouserError } from "../../../src/errors.ts";
import type { EndingKind } from "../../../src/supervisor/index.ts";
import { type Listener, startListener } from "../../../src/zca/listen/listen.ts";
import type { StreamLine } from "../../../src/zca/listen/protocol.ts";
import { createZca, type Zca } from "../../../src/zca/program/run.ts";
import { type Behavior, isRunning, type Script, scriptedZca, type ScriptedZca } from "../../fixtures/scripted-zca.ts";

const open: ScriptedZca[] = [];
const scripted = (script: Script): ScriptedZca => {
  const made = scriptedZca(script);
  open.push(made);
  return made;
};
afterEach(() => {
  for (const made of open.splice(0)) made.dispose();
});

interface Run {
  readonly listener: Listener;
  readonly lines: StreamLine[];
  readonly errors: string[];
  readonly made: ScriptedZca;
}

function listen(script: Script, options: { closeGraceMs?: number; maxLineBytes?: number } = {}): Run {
  const made = scripted(script);
  const lines: StreamLine[] = [];
  const errors: string[] = [];
  const listener = startListener(made.zca, {
    ...options,
    onLine: (line) => lines.push(line),
    onStderr: (line) => errors.push(line),
  });
  return { listener, lines, errors, made };
}

const connected = '{"kind":"lifecycle","event":"connected","session_id":"s","timestamp":1795327705}\n';
const heartbeat = '{"kind":"lifecycle","event":"heartbeat","session_id":"s","timestamp":1795327735}\n';
const message =
  '{"threadId":"5120034498771203345","msgId":"1","content":"chào bạn 👋","chatType":"user","senderId":"5120034498771203345","ts":"1795327700456"}\n';

describe("a listener", () => {
  test("hands every line on, in order, and counts what it cannot read", async () => {
    const { listener, lines } = listen(
      {
        bytewise: `Listening... Press Ctrl+C to stop.\r\n\n${connected}${heartbeat}${message}rác\n{"half":\n${"x".repeat(700)}\n{"threadId":"1"`,
      },
      { maxLineBytes: 600 },
    );
    await listener.exited;
    expect(
      lines.map((line) =>
        line.kind === "lifecycle" ? line.event : line.kind === "malformed" ? line.reason : line.kind,
      ),
    ).toEqual(["notice", "connected", "heartbeat", "message", "not-json", "broken-json", "too-long", "broken-json"]);
    expect(listener.stats()).toEqual({
      lines: 7,
      messages: 1,
      heartbeats: 1,
      oversize: 1,
      malformed: { "not-json": 1, "broken-json": 2 },
    });
  });

  test.each<[string, Behavior, EndingKind]>([
    ["a normal close", { stdout: `${connected}Listener closed (1000) \n` }, "closed"],
    ["a dropped connection", { stdout: `${connected}{"kind":"lifecycle","event":"closed","code":1006}\n` }, "closed"],
    ["another connection", { stdout: `${connected}Listener closed (3000) \n` }, "evicted"],
    [
      "a kick",
      { stdout: `${connected}{"kind":"lifecycle","event":"closed","code":3003}\nListener closed (3003) x\n` },
      "kicked",
    ],
    ["exit 0 without a word", { stdout: connected }, "closed"],
    ["a recycle", { stdout: connected, stderr: "Listener recycle triggered", exit: 75 }, "recycle"],
    [
      "a held lock",
      { stderr: 'Error: Another openzca listener already owns profile "work" (pid 7).\n', exit: 1 },
      "lock-held",
    ],
    ["no session", { stderr: 'Error: Profile "work" has no credentials. Run: auth login\n', exit: 1 }, "logged-out"],
    ["a refused session", { stderr: "Error: Đăng nhập thất bại\n", exit: 1 }, "login-refused"],
    ["no network", { stderr: "Error: fetch failed\n", exit: 1 }, "network"],
    ["a server that answers 502 at login", { stderr: "Error: Failed to fetch login info: 502\n", exit: 1 }, "network"],
    ["a shared file read half written", { stderr: "Error: Unexpected end of JSON input\n", exit: 1 }, "crash"],
    ["no license", { stderr: "License required\n", exit: 1 }, "unlicensed"],
    ["no interpreter", { stderr: "env: node: not found\n", exit: 127 }, "not-executable"],
    [
      "a crash after it was connected, whatever it said before",
      { stdout: connected, stderr: "Warning: fetch failed\nTypeError: x\n", exit: 1 },
      "crash",
    ],
    ["a kill", { stdout: connected, signal: "SIGKILL" }, "crash"],
  ])("ends after %s", async (_case, behavior, kind) => {
    const { listener } = listen({ answers: { listen: behavior } });
    const exit = await listener.exited;
    expect(exit.kind).toBe(kind);
    expect(exit.detail).not.toBe("");
  });

  test("a start that fails is an exit, not an exception", async () => {
    const made = scripted({});
    const missing = createZca({
      accountId: "a",
      profile: "p",
      configuredBinary: "/nowhere/zca",
      binaryConfigPath: "x",
      parentEnv: {},
      recordsDir: made.recordsDir,
    });
    await expect(startListener(missing, { onLine: () => undefined }).exited).resolves.toMatchObject({
      kind: "binary-missing",
    });
    const folder = createZca({
      accountId: "a",
      profile: "p",
      configuredBinary: made.folder,
      binaryConfigPath: "x",
      parentEnv: {},
      recordsDir: made.recordsDir,
    });
    await expect(startListener(folder, { onLine: () => undefined }).exited).resolves.toMatchObject({
      kind: "not-executable",
    });
    await expect(listen({ helps: { "--version": "rác" } }).listener.exited).resolves.toMatchObject({
      kind: "unrecognized",
    });
  });

  test("a program that does not answer, or cannot be started now, has cost no login", async () => {
    const { zca } = scripted({});
    const silent: Zca = {
      ...zca,
      capabilities: () => Promise.reject(new ZalouserError("ZCA_TIMEOUT", "zca did not answer.")),
    };
    await expect(startListener(silent, { onLine: () => undefined }).exited).resolves.toMatchObject({
      kind: "no-start",
    });
    const exhausted: Zca = {
      ...zca,
      start: () => {
        const exited = Promise.resolve({ kind: "not-started", errno: "EAGAIN", message: "" } as const);
        const gone = { pid: undefined, stdout: undefined, stderr: undefined, kill: () => false };
        return { ...gone, exited, terminate: () => exited };
      },
    };
    await expect(startListener(exhausted, { onLine: () => undefined }).exited).resolves.toMatchObject({
      kind: "no-start",
    });
  });

  test("stops at once, and by force when it must", async () => {
    const { listener, lines, made } = listen({ stdout: connected, ignoreTerm: true, hang: true });
    await expect.poll(() => lines.length, { timeout: 60_000 }).toBe(1);
    const { pid = 0 } = listener;
    expect(isRunning(pid)).toBe(true);
    await listener.stop(300);
    expect(isRunning(pid)).toBe(false);
    expect(readdirSync(made.recordsDir)).toEqual([]);
    await expect(listener.exited).resolves.toMatchObject({ signal: "SIGKILL" });
  });

  test("stopped before its program runs, never runs it", async () => {
    const { listener, made } = listen({ hang: true });
    await listener.stop(100);
    await listener.exited;
    expect(made.calls()).toEqual([]);
  });

  test("one that stays up after its socket closed is deaf and gets ended", async () => {
    const { listener } = listen({ stdout: `${connected}Listener closed (1006) \n`, hang: true }, { closeGraceMs: 100 });
    await expect(listener.exited).resolves.toMatchObject({ kind: "closed", closeCode: 1006, signal: "SIGTERM" });
  });

  test.each([3000, 3003])("ended by code %d, it gets no chance to take the session back by itself", async (code) => {
    const kinds = new Map([
      [3000, "evicted"],
      [3003, "kicked"],
    ]);
    // A grace nobody waits for, and a program that reconnects as one with its own keep-alive does.
    const { listener } = listen(
      { stdout: `${connected}Listener closed (${code}) \nConnected to Zalo websocket.\n`, hang: true },
      { closeGraceMs: 3_600_000 },
    );
    await expect(listener.exited).resolves.toMatchObject({ kind: kinds.get(code), closeCode: code, signal: "SIGTERM" });
  });

  test("a saved login that cannot be read is no login; one that can is not to blame", async () => {
    const broken: Script = { stderr: "Error: Unexpected end of JSON input\n", exit: 1 };
    const endsWith = async (credentials: string): Promise<string> => {
      const made = scripted(broken);
      const folder = path.join(made.folder, ".openzca", "profiles", made.zca.profile);
      mkdirSync(folder, { recursive: true });
      writeFileSync(path.join(folder, "credentials.json"), credentials);
      return (await startListener(made.zca, { onLine: () => undefined }).exited).kind;
    };
    expect(await endsWith("")).toBe("logged-out");
    expect(await endsWith('{"imei":"a","cookie":[{')).toBe("logged-out");
    expect(await endsWith('{"imei":"a","cookie":[],"userAgent":"b"}')).toBe("crash");
  });

  test("stopped while the program does not answer, ends what it asked and settles", async () => {
    const { listener, made } = listen({ noHandshake: true, hang: true, ignoreTerm: true });
    await expect.poll(() => made.journal().length, { timeout: 60_000 }).toBe(2);
    await listener.stop(200);
    await expect(listener.exited).resolves.toMatchObject({ kind: "closed" });
    expect(made.journal().map(({ pid }) => isRunning(pid))).toEqual([false, false]);
    expect(made.journal()).toHaveLength(2);
    expect(readdirSync(made.recordsDir)).toEqual([]);
  });

  test("stopped while it waits for an answer another account waits for too, settles without it", async () => {
    const made = scripted({});
    const hanging: Zca = {
      ...made.zca,
      capabilities: (signal) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener("abort", () => reject(new Error("cancelled")));
        }),
    };
    const listener = startListener(hanging, { onLine: () => undefined });
    await listener.stop(200);
    await expect(listener.exited).resolves.toMatchObject({ kind: "closed" });
    expect(made.journal()).toEqual([]);
  });

  test("says what the program can do before it runs", async () => {
    const { zca } = scripted({ stdout: connected, helps: { "listen --help": "" } });
    const seen: boolean[] = [];
    const options = {
      onLine: () => undefined,
      onProgram: ({ supervised }: { supervised: boolean }) => void seen.push(supervised),
    };
    await startListener(zca, options).exited;
    expect(seen).toEqual([false]);
  });

  test("one that connects again by itself is not", async () => {
    // Byte by byte, so that the heartbeats go on long after the grace, which on a busy machine a few words outlast, too.
    const bytewise = `Listener closed (1000) \nConnected to Zalo websocket.\n${heartbeat.repeat(20)}`;
    const { listener } = listen({ bytewise, hang: true }, { closeGraceMs: 1000 });
    await expect.poll(() => listener.stats().heartbeats, { timeout: 110_000 }).toBe(20);
    await listener.stop(1000);
    await expect(listener.exited).resolves.not.toHaveProperty("closeCode");
  });

  test("passes errors on without what they give away", async () => {
    const { listener, errors } = listen({
      stderr: "Listener error: [object Object]\nError: uid 5120034498771203345 cookie=abc\n",
      exit: 1,
    });
    await listener.exited;
    expect(errors).toEqual(["Listener error: [object Object]", "Error: uid … …"]);
  });
});
