import { afterEach, expect, test, vi } from "vitest";
import type { ListenExit } from "../../src/zca/listen/listen-exit.ts";
import { startListener } from "../../src/zca/listen/listen.ts";
import { scriptedZca, type ScriptedZca } from "../fixtures/scripted-zca.ts";

let made: ScriptedZca | undefined;

afterEach(() => made?.dispose());

const connected = '{"kind":"lifecycle","event":"connected","session_id":"s","timestamp":1795327705}\n';

test("a listener that grows beyond all measure is ended, and its end says why", async () => {
  made = scriptedZca({ stdout: connected, hang: true });
  let bytes = 85 * 1024 * 1024;
  const looks: number[] = [];
  const readBytes = (pid: number) => {
    looks.push(pid);
    return bytes;
  };
  let exit: ListenExit | undefined;
  const listener = startListener(made.zca, { onLine() {}, memory: { everyMs: 5, readBytes } });
  void listener.exited.then((ended) => (exit = ended));
  await vi.waitFor(() => expect(looks.length).toBeGreaterThan(3), { timeout: 10_000 });
  expect(exit).toBeUndefined();
  bytes = 800 * 1024 * 1024;
  await vi.waitFor(() => expect(exit).toBeDefined(), { timeout: 10_000 });
  expect(exit).toMatchObject({ kind: "crash", detail: expect.stringContaining("memory") });
  expect(new Set(looks)).toEqual(new Set([listener.pid]));
});

test.runIf(process.platform === "linux")(
  "the memory of a real process is read, and a small one is left alone",
  async () => {
    made = scriptedZca({ stdout: connected, hang: true });
    let exit: ListenExit | undefined;
    const patient = startListener(made.zca, { onLine() {}, memory: { everyMs: 5 } });
    await vi.waitFor(() => expect(patient.pid).toBeDefined(), { timeout: 10_000 });
    const strict = startListener(made.zca, { onLine() {}, memory: { everyMs: 5, limitBytes: 1024 * 1024 } });
    void patient.exited.then((ended) => (exit = ended));
    await expect(strict.exited).resolves.toMatchObject({ detail: expect.stringContaining("memory") });
    expect(exit).toBeUndefined();
    await patient.stop(200);
  },
);
