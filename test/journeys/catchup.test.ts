import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { fault, zcaPath } from "../../sim/control.ts";
import { openAccountState } from "../../src/channel/account/state.ts";
import { catchUpCounts } from "../../src/channel/catchup/counts.ts";
import { accountDetails, notices } from "../../src/channel/operate/inspect.ts";
import { resolveAccount } from "../../src/channel/account/accounts.ts";
import { systemProcessTable } from "../../src/zca/process/process-table.ts";
import { createAccountHost, type AccountHost } from "../fakes/account-host.ts";

/** Another person in every test: what the process remembers of a conversation, such as its pace, is not part of these. */
let lan = "5120034498771203345";
const huy = "8891200345671123490";
const patience = { timeout: 60_000, interval: 20 };
const hourMs = 60 * 60_000;

describe("what was said while nobody listened", { timeout: 120_000 }, () => {
  let host: AccountHost;
  let group: string;
  let before: ReturnType<typeof catchUpCounts>;

  beforeEach(() => {
    host = createAccountHost();
    lan = String(BigInt(lan) + 1n);
    host.world.addPerson({ uid: lan, displayName: "Lan Phạm" });
    host.world.addPerson({ uid: huy, displayName: "Huy Đặng" });
    group = host.world.addGroup({ name: "Gia đình 🏡", members: [lan, huy, host.uid] }).groupId;
    host.settings = { dmPolicy: "allowlist", allowFrom: [lan, huy], rateLimit: quick };
    host.logIn();
    before = catchUpCounts("default");
  });

  afterEach(() => host.dispose());

  const quick = { perMinute: 60, sameConversationMs: 500, otherConversationMs: 500 };
  const say = (text: string, from = lan) => host.world.say({ from, to: host.uid, text });
  const sayInGroup = (text: string, from = lan) => host.world.say({ from, to: { group }, text });
  const byPhone = (text: string) => host.world.say({ from: host.uid, to: lan, text });
  const texts = () => host.turns.map(({ text }) => text);
  const reads = () => host.world.calls({ command: "msg recent" });
  const answers = () => host.world.messages().filter(({ from }) => from === host.uid);
  const grown = (key: "found" | "contextOnly" | "tooOld" | "cut" | "partial" | "failed" | "givenUp" | "unread") =>
    catchUpCounts("default")[key] - before[key];
  const ledgerFile = () => path.join(openAccountState("default").folder, "catch-up.json");
  const account = () => resolveAccount(host.config(), "default");
  const turnOf = (text: string) => vi.waitFor(() => expect(texts()).toContain(text), patience);
  /** Lives through a message, so that the conversation is one of those that are looked at. */
  const known = async (text: string, from = lan) => {
    say(text, from);
    await turnOf(text);
  };

  test("and while the gateway was stopped is answered once by the next start, and by none after it", async () => {
    host.answer = async ({ text }) => (text.startsWith("hai") ? "đã nghe 🙂" : undefined);
    await host.during(() => known("một"));
    say("hai: nhắn lúc đang tắt");
    await host.during(async () => {
      await turnOf("hai: nhắn lúc đang tắt");
      await vi.waitFor(() => expect(answers()).toHaveLength(1), patience);
    });
    await host.during(() => known("ba"));
    expect(texts()).toEqual(["một", "hai: nhắn lúc đang tắt", "ba"]);
    expect(answers().map(({ text }) => text)).toEqual(["đã nghe 🙂"]);
    expect(reads()).toHaveLength(1);
    expect(accountDetails(account()).calls).toMatchObject({ history: expect.any(Number) });
    expect(notices(account())).toEqual([]);
  });

  test("keeps its order, and what one person said in a row is one turn", async () => {
    await host.during(() => known("một"));
    for (const text of ["hai", "ba", "bốn"]) say(text);
    await host.during(async () => {
      await turnOf("hai\nba\nbốn");
      say("năm");
      await turnOf("năm");
    });
    expect(texts()).toEqual(["một", "hai\nba\nbốn", "năm"]);
  });

  test("and while a killed listener was down is answered once", async () => {
    await host.during(async () => {
      await known("một");
      const pid = host.world.listenerPid("default") ?? 0;
      process.kill(pid, "SIGKILL");
      await vi.waitFor(() => expect(host.world.isListening("default")).toBe(false), patience);
      say("hai");
      await turnOf("hai");
      await host.world.waitForListening("default", 90_000);
      await known("ba");
    });
    expect(texts()).toEqual(["một", "hai", "ba"]);
  });

  test("and while the network was gone is answered once", async () => {
    await host.during(async () => {
      await known("một");
      host.world.close("default", 1006);
      say("hai");
      await turnOf("hai");
    });
    expect(texts()).toEqual(["một", "hai"]);
  });

  test("and was swallowed by the listener of a killed gateway is answered once", async () => {
    let asKilled = "";
    await host.during(async () => {
      await known("một");
      asKilled = readFileSync(ledgerFile(), "utf8");
    });
    // A kill leaves the last thing written, and a listener that goes on hearing.
    writeFileSync(ledgerFile(), asKilled);
    const { processFolder } = openAccountState("default");
    const command = ["--profile", "default", "listen"];
    const orphan = spawn(zcaPath, [...command, "--raw", "--supervised"], { detached: true, stdio: "ignore" });
    await host.world.waitForListening("default", 90_000);
    const startToken = systemProcessTable.describe(orphan.pid ?? 0)?.startToken;
    const record = { pid: orphan.pid, startToken, kind: "listen", command, accountId: "default", profile: "default" };
    writeFileSync(
      path.join(processFolder, `${orphan.pid}-mồ-côi.json`),
      JSON.stringify({ ...record, ownerPid: 1, ownerStartToken: "của một gateway đã chết" }),
    );
    say("hai");
    await host.during(async () => {
      await turnOf("hai");
      await known("ba");
    });
    expect(texts()).toEqual(["một", "hai", "ba"]);
    expect(() => process.kill(orphan.pid ?? 0, 0)).toThrowError("ESRCH");
  });

  test("is not answered where the owner did it from the phone, but the bot's own answers are no owner's", async () => {
    host.answer = async ({ text }) => (text === "một" ? "trả lời của máy" : undefined);
    await host.during(async () => {
      await known("một");
      await vi.waitFor(() => expect(answers()).toHaveLength(1), patience);
    });
    say("hai: chủ nhà trả lời rồi");
    byPhone("để tôi lo");
    say("ba: sau câu của chủ nhà");
    await host.during(() => turnOf("ba: sau câu của chủ nhà"));
    expect(texts()).toEqual(["một", "ba: sau câu của chủ nhà"]);
    expect(grown("found")).toBe(2);
    expect(grown("contextOnly")).toBe(1);
  });

  test("is answered although an answer of ours, whose id never came back, stands behind it", async () => {
    host.answer = async ({ text }) => (text === "một" ? "trả lời dở dang" : undefined);
    host.world.setFaults([fault({ command: "msg send" }, { group: "exit", when: "sent", signal: "SIGKILL" })]);
    await host.during(async () => {
      await known("một");
      await vi.waitFor(() => expect(answers()).toHaveLength(1), patience);
      await vi.waitFor(() => expect(accountDetails(account()).queue?.inFlightSinceMs).toBeUndefined(), patience);
    });
    host.world.setFaults([]);
    const answeredMs = Number(answers()[0]?.ts);
    host.world.say({ from: lan, to: host.uid, text: "hai", overrides: { ts: String(answeredMs - 1) } });
    await host.during(() => turnOf("hai"));
    expect(grown("contextOnly")).toBe(0);
  });

  test("in a group is answered only where it names the account", async () => {
    await host.during(async () => {
      host.world.say({ from: lan, to: { group }, text: "@Trợ lý một", mentions: [host.uid] });
      await turnOf("@Trợ lý một");
    });
    sayInGroup("chuyện riêng của nhà");
    sayInGroup("@trợ LÝ ơi, hai".normalize("NFD"), huy);
    sayInGroup("@Trợ lýnh không phải gọi bạn");
    await host.during(async () => {
      await vi.waitFor(() => expect(grown("found")).toBe(3), patience);
      await turnOf("@trợ LÝ ơi, hai".normalize("NFD"));
    });
    expect(texts()).toEqual(["@Trợ lý một", "@trợ LÝ ơi, hai".normalize("NFD")]);
  });

  test("is never read while a message leaves", async () => {
    host.answer = async ({ text }) => `nghe rồi: ${text}`;
    await host.during(async () => {
      host.world.say({ from: lan, to: { group }, text: "@Trợ lý một", mentions: [host.uid] });
      await vi.waitFor(() => expect(answers()).toHaveLength(1), patience);
    });
    sayInGroup("chuyện nhà");
    host.world.setFaults([
      fault({ command: "msg recent" }, { group: "history", mode: "partial", keep: 50, ms: 3_000 }),
    ]);
    await host.during(async () => {
      await vi.waitFor(() => expect(reads()).toHaveLength(1), patience);
      say("hai");
      await vi.waitFor(() => expect(answers()).toHaveLength(2), patience);
      // Said just before the listener heard again, so its own line is waited for first.
      await vi.waitFor(() => expect(grown("found")).toBe(1), patience);
    });
    const sends = host.world.calls({ command: "msg send" });
    expect(Number(sends.at(-1)?.startedAt)).toBeGreaterThanOrEqual(Number(reads()[0]?.endedAt));
  });

  test("by a stranger earns neither an answer nor a pairing code", async () => {
    host.settings = { dmPolicy: "pairing", allowFrom: [lan], groupPolicy: "open", rateLimit: quick };
    await host.during(() => known("một"));
    say("người lạ trong lúc tắt", huy);
    say("hai");
    await host.during(() => turnOf("hai"));
    expect(texts()).toEqual(["một", "hai"]);
    expect(answers()).toEqual([]);
  });

  test("by a new contact while their approval restarted the account is answered", async () => {
    host.settings = { dmPolicy: "pairing", allowFrom: [], rateLimit: quick };
    await host.during(async () => {
      say("chào bạn");
      await vi.waitFor(() => expect(answers()).toHaveLength(1), patience);
      await vi.waitFor(() => expect(accountDetails(account()).journal).toMatchObject({ pending: 0 }), patience);
    });
    host.settings = { dmPolicy: "pairing", allowFrom: [lan], rateLimit: quick };
    say("được duyệt chưa?");
    await host.during(() => turnOf("được duyệt chưa?"));
    expect(texts()).toEqual(["được duyệt chưa?"]);
  });

  test("and longer ago than the fence is counted, not answered", async () => {
    await host.during(() => known("một"));
    const stored = JSON.parse(readFileSync(ledgerFile(), "utf8"));
    const startMs = Date.now() - 14 * hourMs;
    stored.firstMs = startMs - hourMs;
    stored.coverage.gaps = [{ fromMs: startMs }];
    writeFileSync(ledgerFile(), JSON.stringify(stored));
    const at = (ms: number) => ({ ts: String(ms) });
    host.world.say({ from: lan, to: host.uid, text: "trước khi tắt", overrides: at(startMs - 10 * 60_000) });
    host.world.say({ from: lan, to: host.uid, text: "13 giờ trước", overrides: at(startMs + hourMs) });
    host.world.say({ from: lan, to: host.uid, text: "3 giờ trước", overrides: at(startMs + 11 * hourMs) });
    await host.during(() => turnOf("3 giờ trước"));
    expect(texts()).toEqual(["một", "3 giờ trước"]);
    expect(grown("tooOld")).toBe(1);
    expect(notices(account()).join()).toContain("channels.zalouser.catchUp.maxAgeMinutes");
  });

  test.each(["empty", "partial"] as const)(
    "and comes back %s is counted as uncovered, and nothing doubled",
    async (mode) => {
      await host.during(() => known("một"));
      say("hai");
      say("ba");
      host.world.setFaults([fault({ command: "msg recent" }, { group: "history", mode, keep: 1 })]);
      await host.during(async () => {
        if (mode === "partial") await turnOf("ba");
        await vi.waitFor(() => expect(grown("partial")).toBe(1), patience);
        await known("bốn");
      });
      expect(texts()).toEqual(mode === "partial" ? ["một", "ba", "bốn"] : ["một", "bốn"]);
      expect(notices(account()).join()).toContain("may have missed messages");
      expect(catchUpCounts("default").waiting).toBe(1);
    },
  );

  test("costs no login where nobody spoke, and none when it is switched off", async () => {
    await host.during(async () => {});
    await host.during(async () => {});
    expect(reads()).toEqual([]);
    host.settings = { ...host.settings, catchUp: { enabled: false } };
    await host.during(() => known("một"));
    say("hai");
    await host.during(() => known("ba"));
    expect(reads()).toEqual([]);
    expect(texts()).toEqual(["một", "ba"]);
  });

  test("is not asked twice of a login that is dead: the account is blocked by that one try", async () => {
    await host.during(() => known("một"));
    host.world.expireSession(host.uid);
    expect(await host.run(new AbortController().signal)).toBe("ended");
    expect(host.status()).toMatchObject({ lifecycle: "blocked", terminalDisconnect: true });
    expect(reads()).toHaveLength(1);
    expect(host.world.calls({ command: "listen" })).toHaveLength(1);
  });

  test("is not read while somebody else listens: that would take the connection away from them", async () => {
    await host.during(() => known("một"));
    const foreign = spawn(zcaPath, ["--profile", "default", "listen", "--raw", "--supervised"], { stdio: "ignore" });
    await host.world.waitForListening("default", 90_000);
    const stop = new AbortController();
    const running = host.run(stop.signal);
    await vi.waitFor(() => expect(host.status().lastError).toContain("ZCA_BUSY"), patience);
    expect(reads()).toEqual([]);
    expect(host.world.isListening("default")).toBe(true);
    const gone = new Promise((resolve) => foreign.once("exit", resolve));
    foreign.kill();
    await gone;
    stop.abort();
    await running;
  });

  test("does not keep the listener waiting longer than 15 s, whatever the program does", async () => {
    await host.during(() => known("một"));
    host.world.setFaults([fault({ command: "msg recent" }, { group: "hang", mode: "ignore-sigterm" })]);
    say("hai");
    await host.during(async () => {
      const [read] = reads();
      const listens = host.world.calls({ command: "listen" });
      expect(Number(listens.at(-1)?.startedAt) - Number(read?.startedAt)).toBeLessThan(18_000);
      await known("ba");
    });
    expect(texts()).toEqual(["một", "ba"]);
    expect(grown("failed")).toBe(1);
  });

  test("a stop does not wait for it", async () => {
    await host.during(() => known("một"));
    host.world.setFaults([fault({ command: "msg recent" }, { group: "hang", mode: "forever" })]);
    const stop = new AbortController();
    const running = host.run(stop.signal);
    await vi.waitFor(() => expect(reads()).toHaveLength(1), patience);
    const startedMs = performance.now();
    stop.abort();
    await running;
    expect(performance.now() - startedMs).toBeLessThan(4000);
    expect(host.world.calls({ command: "listen" })).toHaveLength(1);
    expect(grown("failed")).toBe(0);
  });
});
