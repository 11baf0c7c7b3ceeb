import { spawn } from "node:child_process";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fault, type FaultEffect, type FaultMatch, zcaPath } from "../control.ts";
import { waitFor } from "../control/wait.ts";
import { isAlive } from "../world/disk.ts";
import { openRig, type Rig } from "./rig.ts";

let rig: Rig;
beforeEach(() => {
  rig = openRig();
});
afterEach(() => rig.close());

const send = (text = "chào") => rig.zca("--profile", "work", "msg", "send", "--", rig.lan.uid, text);
const start = (env: Record<string, string> = {}) =>
  rig.start(["--profile", "work", "msg", "send", "--", rig.lan.uid, "chào"], env);
const onSend = (effect: FaultEffect, match: FaultMatch = {}) =>
  rig.world.setFaults([fault({ command: "msg send", ...match }, effect)]);
const onListen = (effect: FaultEffect, match: FaultMatch = {}) =>
  rig.world.setFaults([fault({ command: "listen", ...match }, effect)]);

describe("hang faults (contract 12)", () => {
  const running = async (effect: FaultEffect) => {
    onSend(effect);
    const call = start();
    await waitFor("the call", () => rig.world.calls({ command: "msg send" }).at(-1));
    await waitFor("its fault", () => (rig.world.calls().at(-1)?.faults.length === 1 ? true : undefined));
    return call;
  };

  it("hangs for ever but for a signal, with the work done or not", async () => {
    const before = await running({ group: "hang", mode: "forever" });
    before.child.kill("SIGINT");
    expect((await before.ended).code).toBe(130);
    const after = await running({ group: "hang", mode: "forever", when: "sent" });
    await rig.world.waitForMessage(({ text }) => text === "chào");
    after.child.kill();
    expect(await after.ended).toMatchObject({ code: 143, stdout: "" });
  });

  it("ends only on SIGTERM", async () => {
    const call = await running({ group: "hang", mode: "until-sigterm", when: "sent" });
    await rig.world.waitForMessage(() => true);
    call.child.kill("SIGINT");
    call.child.kill("SIGHUP");
    call.child.kill("SIGTERM");
    expect((await call.ended).code).toBe(143);
  });

  it("ignores SIGTERM, as a listener too, which goes on printing", async () => {
    onListen({ group: "hang", mode: "ignore-sigterm" });
    const listener = await rig.listen();
    listener.child.kill("SIGTERM");
    rig.world.say({ from: rig.lan.uid, to: rig.bot.uid, text: "vẫn nghe" });
    await listener.untilRecords(1);
    listener.child.kill("SIGKILL");
    expect((await listener.ended).signal).toBe("SIGKILL");
  });

  it("ends some time after SIGTERM", async () => {
    onListen({ group: "hang", mode: "ignore-sigterm-for", ms: 150 });
    const listener = await rig.listen();
    const asked = Date.now();
    listener.child.kill("SIGTERM");
    expect((await listener.ended).code).toBe(143);
    expect(Date.now() - asked).toBeGreaterThanOrEqual(140);
  });

  it("closes stdout but stays", async () => {
    onListen({ group: "hang", mode: "close-stdout" });
    const listener = await rig.listen();
    await waitFor("the end of stdout", () => listener.child.stdout?.readableEnded || undefined);
    expect(rig.world.listenerPid("work")).toBe(listener.child.pid);
    listener.child.kill();
    expect((await listener.ended).code).toBe(143);
  });

  it("leaves a grandchild holding the pipes: exit without close", async () => {
    onSend({ group: "hang", mode: "grandchild", when: "printed", ms: 400 });
    const call = start();
    const exited = await new Promise<number>((resolve) => call.child.on("exit", () => resolve(Date.now())));
    expect((await call.ended).stdout).toContain("msgId");
    expect(Date.now() - exited).toBeGreaterThan(50);
  });

  it("leaves a process without pipes in its group: a zombie's group that will not go", async () => {
    onSend({ group: "hang", mode: "zombie", when: "printed", ms: 60_000 });
    const { PATH = "" } = process.env;
    const child = spawn(zcaPath, ["--profile", "work", "msg", "send", "--", rig.lan.uid, "chào"], {
      env: { PATH, OPENZCA_HOME: rig.home },
      detached: true,
      stdio: ["ignore", "pipe", "ignore"],
    });
    const ended = await new Promise<number | null>((resolve) => child.on("close", resolve));
    expect(ended).toBe(0);
    const group = -(child.pid ?? 0);
    expect(isAlive(group)).toBe(true);
    process.kill(group, "SIGKILL");
    await waitFor("the end of the group", () => (isAlive(group) ? undefined : true));
  });

  it("leaves a process behind and then ends, as a listener", async () => {
    rig.world.setFaults([
      fault({ command: "listen" }, { group: "hang", mode: "grandchild", ms: 1500 }),
      fault({ command: "listen" }, { group: "exit", code: 1, when: "printed" }),
    ]);
    const listener = await rig.listen();
    let closed = false;
    void listener.ended.then(() => (closed = true));
    if (listener.child.exitCode === null) await new Promise((resolve) => listener.child.on("exit", resolve));
    expect(closed).toBe(false);
    expect((await listener.ended).code).toBe(1);
  });

  it("goes deaf while connected", async () => {
    onListen({ group: "hang", mode: "forever" });
    const listener = await rig.listen();
    rig.world.say({ from: rig.lan.uid, to: rig.bot.uid, text: "alo" });
    rig.world.close("work", 1006);
    await listener.ended;
    expect(listener.records()).toEqual([]);
  });
});

describe("session faults (contract 12)", () => {
  it("expires at the start of a listener", async () => {
    onListen({ group: "session", mode: "expire" });
    expect(await rig.zca("-p", "work", "listen")).toMatchObject({ code: 1, stderr: "Error: Đăng nhập thất bại\n" });
    expect((await rig.zca("-p", "work", "auth", "status")).stderr).toBe("Error: Đăng nhập thất bại\n");
  });

  it("expires mid-run: the listener closes with 3003 and commands fail", async () => {
    const listener = await rig.listen();
    rig.world.expireSession("work");
    expect((await listener.ended).stdout).toContain("Listener closed (3003)");
    expect((await send()).stderr).toBe("Error: Đăng nhập thất bại\n");
    rig.world.logIn("work", rig.bot.uid);
    onListen({ group: "session", mode: "expire", afterMs: 20 });
    expect((await (await rig.listen()).ended).stdout).toContain("Listener closed (3003)");
    expect((await send()).code).toBe(1);
  });

  it("expires during a send, which closes the listener", async () => {
    const listener = await rig.listen();
    onSend({ group: "session", mode: "expire" });
    expect((await send()).code).toBe(1);
    expect((await listener.ended).stdout).toContain("Listener closed (3003)");
  });

  it("expires all sessions of an account by its uid", async () => {
    rig.world.logIn("hai", rig.bot.uid);
    rig.world.expireSession(rig.bot.uid);
    for (const profile of ["work", "hai"]) expect((await rig.zca("-p", profile, "me", "id")).code).toBe(1);
  });

  it("flaps: refuses some logins and accepts the others", async () => {
    rig.world.setFaults([fault({ command: "auth status", every: 2 }, { group: "session", mode: "refuse" })]);
    const codes = [];
    for (let call = 0; call < 4; call += 1) codes.push((await rig.zca("-p", "work", "auth", "status")).code);
    expect(codes).toEqual([0, 1, 0, 1]);
  });

  it("logs in as somebody else", async () => {
    rig.world.setFaults([fault({ command: "auth login" }, { group: "session", mode: "login-as", uid: rig.huy.uid })]);
    const login = rig.start(["-p", "work", "auth", "login"], { OPENZCA_QR_AUTO_OPEN: "0" });
    const { payload } = await waitFor("a code", () => rig.world.pendingLogins()[0]);
    rig.world.scanQr(payload, { as: rig.bot.uid });
    rig.world.confirmQr(payload);
    await login.ended;
    expect((await rig.zca("-p", "work", "me", "id")).stdout.trim()).toBe(rig.huy.uid);
  });

  it("is kicked by a login elsewhere, the session living on", async () => {
    onListen({ group: "session", mode: "login-elsewhere", afterMs: 10 }, { nth: 1 });
    expect((await (await rig.listen()).ended).stdout).toContain("Listener closed (3003)");
    await rig.listen();
  });
});
