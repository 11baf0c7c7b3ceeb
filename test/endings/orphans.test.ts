import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Writable } from "node:stream";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { fault } from "../../sim/control.ts";
import { openAccountState } from "../../src/channel/account/state.ts";
import { createPidRecords, readPidRecords } from "../../src/zca/process/pid-records.ts";
import { systemProcessTable } from "../../src/zca/process/process-table.ts";
import { createAccountHost, type AccountHost } from "../fakes/account-host.ts";
import { isRunning } from "../fixtures/scripted-zca.ts";
import { doomed, kill } from "./doomed-process.ts";

const lan = "5120034498771204401";
const patience = { timeout: 60_000, interval: 20 };

describe("what a killed gateway leaves behind", { timeout: 120_000 }, () => {
  let host: AccountHost;
  const others: ChildProcess[] = [];

  beforeEach(() => {
    host = createAccountHost();
    host.world.addPerson({ uid: lan, displayName: "Lan Phạm" });
    host.settings = { dmPolicy: "allowlist", allowFrom: [lan] };
    host.logIn();
  });

  afterEach(async () => {
    for (const other of others.splice(0)) await kill(other);
    host.dispose();
  });

  const processes = () => readPidRecords(openAccountState("default").processFolder).records;
  const ready = () => vi.waitFor(() => expect(host.status().lifecycle).toBe("ready"), patience);
  const lock = () => path.join(host.world.home, "profiles", "default", "listener-owner.json");
  const holdLock = (pid: number | undefined) => {
    mkdirSync(path.dirname(lock()), { recursive: true });
    writeFileSync(
      lock(),
      JSON.stringify({ pid, profile: "default", sessionId: "cũ", startedAt: "2026-11-20T00:00:00Z" }),
    );
  };

  test("its listener is ended before another starts: no two ever share the session", async () => {
    await kill(await doomed("connected", "listen"));
    const orphan = host.world.listenerPid("default") ?? 0;
    expect(isRunning(orphan)).toBe(true);
    await host.during(async () => {
      await ready();
      expect(isRunning(orphan)).toBe(false);
      expect(host.problems.join("\n")).toContain(`ended zca listen (pid ${orphan})`);
      host.world.say({ from: lan, to: host.uid, text: "còn nghe không?" });
      await vi.waitFor(() => expect(host.turns.map(({ text }) => text)).toEqual(["còn nghe không?"]), patience);
    });
    expect(host.world.journal().filter((call) => (call.evicted ?? []).length > 0)).toEqual([]);
    expect(processes()).toEqual([]);
  });

  test("files it was killed over half written are gone once the account runs again", async () => {
    const { folder, processFolder } = openAccountState("default");
    const gone = 2 ** 22 + 1;
    mkdirSync(processFolder, { recursive: true });
    const drafts = [path.join(folder, `budget.json.${gone}.tmp`), path.join(processFolder, `7-a.json.${gone}.tmp`)];
    for (const draft of drafts) writeFileSync(draft, "{");
    await host.during(async () => {
      await ready();
      expect(drafts.filter((draft) => existsSync(draft))).toEqual([]);
    });
  });

  test("its send is awaited before the listener starts, and arrives once", async () => {
    host.world.control({ delayMs: { login: 0, send: 1500 } });
    const gateway = await doomed("sending", "send", lan, "đang gửi dở 🙂");
    await vi.waitFor(() => expect(host.world.calls({ command: "msg send" })).toHaveLength(1), patience);
    await kill(gateway);
    expect(host.world.messages()).toEqual([]);
    await host.during(async () => {
      await ready();
      const [send] = host.world.calls({ command: "msg send" });
      const [listen] = host.world.calls({ command: "listen" });
      // Its reader is gone, so it may well crash on its way out: the message is what counts.
      expect(listen?.startedAt ?? 0).toBeGreaterThanOrEqual(send?.endedAt ?? Number.POSITIVE_INFINITY);
    });
    expect(host.world.messages().map(({ text }) => text)).toEqual(["đang gửi dở 🙂"]);
  });

  test("a send that hangs does not hold up a stop, keeps its record, and is ended by the next start", async () => {
    host.world.setFaults([fault({ command: "msg send" }, { group: "hang", when: "start", mode: "ignore-sigterm" })]);
    const gateway = await doomed("sending", "send", lan, "kẹt");
    await vi.waitFor(() => expect(processes()).toHaveLength(1), patience);
    await kill(gateway);
    const pid = processes()[0]?.record.pid ?? 0;
    const stop = new AbortController();
    const running = host.run(stop.signal);
    const stoppedMs = performance.now();
    stop.abort();
    await running;
    expect(performance.now() - stoppedMs).toBeLessThan(4000);
    expect(processes().map(({ record }) => record.pid)).toEqual([pid]);
    expect(host.world.calls({ command: "listen" })).toEqual([]);
    await host.during(async () => {
      await ready();
      expect(isRunning(pid)).toBe(false);
    });
    expect(host.problems.join("\n")).toContain(`ended zca send (pid ${pid})`);
  });

  test("a stranger that got a recorded number is not touched", async () => {
    const stranger = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", "--", "người lạ"], {
      stdio: "ignore",
    });
    others.push(stranger);
    const { processFolder } = openAccountState("default");
    const command = ["--profile", "default", "listen"];
    createPidRecords(processFolder).add({
      pid: stranger.pid ?? 0,
      kind: "listen",
      command,
      accountId: "default",
      profile: "default",
    });
    const [stored] = processes();
    if (stored !== undefined) writeFileSync(stored.file, JSON.stringify({ ...stored.record, ownerPid: 2 ** 22 + 1 }));
    await host.during(ready);
    expect(isRunning(stranger.pid ?? 0)).toBe(true);
    expect(readdirSync(processFolder)).toEqual([]);
  });

  test("a lock that names a process which is no listener is removed, as after a container's restart", async () => {
    const shell = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", "--", "máy chủ web"], {
      stdio: "ignore",
    });
    others.push(shell);
    await once(shell, "spawn");
    holdLock(shell.pid);
    await host.during(ready);
    expect(isRunning(shell.pid ?? 0)).toBe(true);
    expect(host.problems.join("\n")).toContain("the process it names is no zca listener");
  });

  test("a lock that names a zombie is removed, though the program takes it for alive", async () => {
    const parent = spawn("/bin/sh", ["-c", "cat <&3 & echo $!; exec sleep 600"], {
      stdio: ["ignore", "pipe", "ignore", "pipe"],
    });
    others.push(parent);
    const { stdout, stdio } = parent;
    if (stdout === null || !(stdio[3] instanceof Writable)) throw new Error("The shell has no pipes.");
    const [told] = (await once(stdout, "data")) as [Buffer];
    const zombie = Number(told.toString());
    // A shell would reap its child; what it has become by then does not.
    await vi.waitFor(() => {
      expect(systemProcessTable.describe(parent.pid ?? 0)?.commandLine).toMatch(/^sleep/u);
    }, patience);
    stdio[3].end();
    await vi.waitFor(() => expect(systemProcessTable.isZombie(zombie)).toBe(true), patience);
    holdLock(zombie);
    await host.during(ready);
  });

  test("a lock another listener holds is left alone and named, and the account comes up by itself once that is gone", async () => {
    const command = ["-e", "setInterval(() => {}, 1000)", "--", "--profile", "default", "listen"];
    const listener = spawn(process.execPath, command, { stdio: "ignore" });
    others.push(listener);
    await once(listener, "spawn");
    holdLock(listener.pid);
    const stop = new AbortController();
    const running = host.run(stop.signal);
    await vi.waitFor(() => expect(host.status().lastError).toContain(`kill ${listener.pid}`), patience);
    expect(existsSync(lock())).toBe(true);
    expect(isRunning(listener.pid ?? 0)).toBe(true);
    await kill(listener);
    await ready();
    stop.abort();
    await running;
  });

  test.each(["ignore-sigterm", "grandchild"] as const)(
    "a stop with a listener that answers with %s leaves nothing after four seconds",
    async (mode) => {
      host.world.setFaults([fault({ command: "listen" }, { group: "hang", when: "printed", mode })]);
      const stop = new AbortController();
      const running = host.run(stop.signal);
      await host.world.waitForListening("default", 90_000);
      await ready();
      const pids = processes().map(({ record }) => record.pid);
      expect(pids).toHaveLength(1);
      const stoppedMs = performance.now();
      stop.abort();
      await running;
      expect(performance.now() - stoppedMs).toBeLessThan(4000);
      // A zombie nobody has reaped yet is nothing that runs.
      expect(pids.filter((pid) => systemProcessTable.groupAlive(pid))).toEqual([]);
      expect(processes()).toEqual([]);
    },
  );
});
