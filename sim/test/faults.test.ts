import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fault, type FaultEffect, type FaultMatch } from "../control.ts";
import { waitFor } from "../control/wait.ts";
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

describe("matching", () => {
  it("strikes the nth, every nth or the first n calls, counted across processes", async () => {
    const codes = async () => {
      const all = [];
      for (let call = 0; call < 4; call += 1) all.push((await send(`lần ${call}`)).code);
      return all;
    };
    const effect = { group: "exit", code: 2 } as const;
    onSend(effect, { nth: 2 });
    expect(await codes()).toEqual([0, 2, 0, 0]);
    onSend(effect, { every: 2 });
    expect(await codes()).toEqual([0, 2, 0, 2]);
    onSend(effect, { first: 1 });
    expect(await codes()).toEqual([2, 0, 0, 0]);
    onSend(effect, { profile: "khac" });
    expect(await codes()).toEqual([0, 0, 0, 0]);
  });

  it("draws chances from the seed, so a run repeats", async () => {
    const draw = async () => {
      onSend({ group: "exit", code: 2 }, { chance: 0.5 });
      const codes = [];
      for (let call = 0; call < 6; call += 1) codes.push((await send()).code);
      return codes;
    };
    rig.world.control({ seed: 7 });
    const first = await draw();
    expect(await draw()).toEqual(first);
    expect(new Set(first)).toEqual(new Set([0, 2]));
  });
});

describe("exit faults (contract 12)", () => {
  it("exits 0 with nothing, sent or not", async () => {
    onSend({ group: "exit", code: 0 });
    expect(await send()).toMatchObject({ code: 0, stdout: "" });
    expect(rig.world.messages()).toHaveLength(0);
    onSend({ group: "exit", code: 0, when: "sent" });
    expect(await send()).toMatchObject({ code: 0, stdout: "" });
    expect(rig.world.messages()).toHaveLength(1);
  });

  it("exits 0 after error text on stdout", async () => {
    onSend({ group: "exit", code: 0, stdout: "Error: fetch failed\n" });
    expect(await send()).toMatchObject({ code: 0, stdout: "Error: fetch failed\n" });
  });

  it.each([
    "Vượt quá số request cho phép",
    "Không thể nhận tin nhắn từ bạn.",
    "Bạn chưa thể gửi tin nhắn đến người này vì người này chặn không nhận tin nhắn từ người lạ.",
    "Tham số không hợp lệ",
    "fetch failed",
    "Đăng nhập thất bại",
  ])("fails with the text of section 10: %s", async (error) => {
    onSend({ group: "exit", error });
    expect(await send()).toMatchObject({ code: 1, stdout: "", stderr: `Error: ${error}\n` });
    expect(rig.world.messages()).toHaveLength(0);
  });

  it.each([2, 75, 127])("exits %d", async (code) => {
    onSend({ group: "exit", code });
    expect((await send()).code).toBe(code);
  });

  it.each([
    ["SIGHUP", null],
    ["SIGKILL", null],
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("ends by %s", async (signal, code) => {
    onSend({ group: "exit", signal });
    expect(await send()).toMatchObject({ code, signal: code === null ? signal : null });
  });

  it("is killed in the middle of its answer, and of a listener's line", async () => {
    onSend({ group: "exit", signal: "SIGKILL", midLine: true });
    expect(await send()).toMatchObject({
      signal: "SIGKILL",
      stdout: expect.stringMatching(/^\{ message: \{ msgId/u) as string,
    });
    expect(rig.world.messages()).toHaveLength(1);
    onListen({ group: "exit", signal: "SIGKILL", midLine: true });
    const listener = await rig.listen();
    rig.world.say({ from: rig.lan.uid, to: rig.bot.uid, text: "nửa chừng" });
    const { signal, stdout } = await listener.ended;
    expect(signal).toBe("SIGKILL");
    expect(stdout.split("\n").at(-1)).toMatch(/^\{"threadId":"5120034498771203345"/u);
  });

  it("prints the result and then exits 1", async () => {
    onSend({ group: "exit", code: 1, when: "printed" });
    expect(await send()).toMatchObject({ code: 1, stdout: expect.stringContaining("msgId") as string });
  });

  it("crashes with Node's dump on stderr, before or after the result", async () => {
    onSend({ group: "exit", crash: true, when: "printed" });
    const { code, stdout, stderr } = await send();
    expect([code, stdout.includes("msgId")]).toEqual([1, true]);
    expect(stderr).toContain("throw er; // Unhandled 'error' event");
  });

  it("ends a listener once connected", async () => {
    onListen({ group: "exit", code: 0, when: "printed" });
    expect(await (await rig.listen()).ended).toMatchObject({ code: 0 });
  });
});

describe("the CLI's own retry (contract 2)", () => {
  const lost = { group: "exit", error: "Request timed out", when: "sent" } as const;

  it("sends twice when the answer was lost, unless switched off", async () => {
    onSend(lost, { first: 1 });
    expect((await start({ OPENZCA_SEND_RETRY_DELAY_MS: "1" }).ended).code).toBe(0);
    expect(rig.world.messages()).toHaveLength(2);
    onSend(lost, { first: 1 });
    expect((await start({ OPENZCA_SEND_RETRY_COUNT: "0" }).ended).stderr).toBe("Error: Request timed out\n");
    expect(rig.world.messages()).toHaveLength(3);
  });
});

describe("hang faults (contract 12)", () => {
  const running = async (effect: FaultEffect) => {
    onSend(effect);
    const call = start();
    await waitFor("the call", () => rig.world.calls({ command: "msg send" }).at(-1));
    await waitFor("its fault", () => (rig.world.calls().length > 0 ? true : undefined));
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

describe("delivery faults (contract 12)", () => {
  const hear = async (
    mode: Extract<FaultEffect, { group: "delivery" }>["mode"],
    texts: readonly string[],
    expected: number,
  ) => {
    onListen({ group: "delivery", mode }, { nth: 1 });
    const listener = await rig.listen();
    for (const text of texts)
      rig.world.say({ from: rig.lan.uid, to: rig.bot.uid, text, overrides: { ts: "1795327700456" } });
    return { listener, records: await listener.untilRecords(expected) };
  };

  it("repeats a line at once, with the same or another id", async () => {
    const same = await hear("duplicate", ["một"], 2);
    expect(same.records[0]).toEqual(same.records[1]);
    same.listener.child.kill();
    await same.listener.ended;
    const other = await hear("duplicate-other-id", ["một"], 2);
    expect(other.records[0]?.["msgId"]).not.toBe(other.records[1]?.["msgId"]);
    expect(other.records[0]?.["cliMsgId"]).toBe(other.records[1]?.["cliMsgId"]);
  });

  it("repeats a line after the next connection", async () => {
    const { listener, records } = await hear("duplicate-after-reconnect", ["một"], 1);
    listener.child.kill();
    await listener.ended;
    expect((await (await rig.listen()).untilRecords(1))[0]).toEqual(records[0]);
  });

  it("swaps two lines", async () => {
    expect((await hear("out-of-order", ["một", "hai"], 2)).records.map(({ content }) => content)).toEqual([
      "hai",
      "một",
    ]);
  });

  it.each([
    ["old-timestamp", { timestamp: 1795327700 - 259200, ts: String(1795327700456 - 259200000) }],
    ["future-clock", { timestamp: 1795327700 + 86400 }],
    ["milliseconds", { timestamp: 1795327700000 }],
  ] as const)("prints a line with %s", async (mode, expected) => {
    expect((await hear(mode, ["một"], 1)).records[0]).toMatchObject(expected);
  });

  it("prints a line without its id", async () => {
    const { records } = await hear("missing-id", ["một"], 1);
    expect(records[0]).toMatchObject({ content: "một" });
    expect(records[0]).not.toHaveProperty("msgId");
  });

  it("prints one id with two contents", async () => {
    const { records } = await hear("same-id-other-content", ["một"], 2);
    expect(records.map(({ msgId }) => msgId)).toEqual([records[0]?.["msgId"], records[0]?.["msgId"]]);
    expect(records[1]?.["content"]).not.toBe("một");
  });
});
