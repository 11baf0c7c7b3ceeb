import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { resolveAccount } from "../../src/channel/account/accounts.ts";
import { accountDetails } from "../../src/channel/operate/inspect.ts";
import { createAccountHost, type AccountHost } from "../fakes/account-host.ts";

const lan = "5120034498771203345";
const stranger = "8891200345671123490";
const patience = { timeout: 60_000, interval: 20 };

describe("typing and reactions, where the operator wants them", () => {
  let host: AccountHost;

  beforeEach(() => {
    host = createAccountHost();
    host.world.addPerson({ uid: lan, displayName: "Lan Phạm" });
    host.world.addPerson({ uid: stranger, displayName: "Người Lạ" });
    host.settings = { dmPolicy: "allowlist", allowFrom: [lan], typing: true };
    host.logIn();
  });

  afterEach(() => {
    host.dispose();
    expect(host.problems).toEqual([]);
  });

  const say = (from: string, text: string) => host.world.say({ from, to: host.uid, text });
  const commands = () =>
    host.world
      .journal()
      .map(({ command }) => command)
      .filter((command) => command?.startsWith("msg "));
  /** Sent to the end: a call that outlives its world would find no session. */
  const answered = (count: number) =>
    vi.waitFor(() => {
      const done = host.world.calls({ command: "msg send" }).filter(({ exitCode }) => exitCode === 0);
      expect(done).toHaveLength(count);
    }, patience);

  test("typing is one call before the answer, although the host asks again and again", async () => {
    host.typing = async (show) => {
      await Promise.all([show(), show()]);
      await show();
    };
    host.answer = async () => "chào Lan 🙂";
    await host.during(async () => {
      say(stranger, "có ai không?");
      say(lan, "chào bạn");
      await answered(1);
    });
    expect(commands()).toEqual(["msg typing", "msg send"]);
    expect(host.world.calls({ command: "msg typing" })[0]?.argv.slice(-1)).toEqual([lan]);
  });

  test("typing gives way to an answer that is there first", async () => {
    host.typing = async (show) => void show();
    host.answer = async () => "nhanh thật";
    await host.during(async () => {
      say(lan, "một");
      await answered(1);
    });
    expect(commands().at(-1)).toBe("msg send");
    expect(commands().filter((command) => command === "msg typing").length).toBeLessThanOrEqual(1);
  });

  test("typing that fails is not tried again and keeps no answer back", async () => {
    host.world.setFaults([{ match: { command: "msg typing" }, effect: { group: "exit", code: 1, when: "start" } }]);
    host.answer = async () => "vẫn trả lời";
    await host.during(async () => {
      say(lan, "còn đó không?");
      await answered(1);
    });
    expect(commands()).toEqual(["msg typing", "msg send"]);
  });

  test("typing that Zalo calls too much makes the account rest like any other call", async () => {
    host.world.setFaults([{ match: { command: "msg typing" }, effect: { group: "server", mode: "rate-limit" } }]);
    await host.during(async () => {
      say(lan, "còn đó không?");
      const queue = () => accountDetails(resolveAccount(host.config(), "default")).queue;
      await vi.waitFor(() => expect(queue()?.cooldownUntilMs).toBeGreaterThan(Date.now() + 60_000), patience);
      expect(queue()).toMatchObject({ sent: 0, unsent: 0 });
    });
    expect(commands()).toEqual(["msg typing"]);
    expect(host.problems.splice(0)).toEqual([expect.stringContaining("ZCA_RATE_LIMITED")]);
  });

  test("typing is nothing to anybody who did not switch it on", async () => {
    host.settings = { dmPolicy: "allowlist", allowFrom: [lan] };
    host.answer = async () => "chào";
    await host.during(async () => {
      say(lan, "chào bạn");
      await answered(1);
    });
    expect(commands()).toEqual(["msg send"]);
  });

  test("a reaction goes to the mention in a group before the answer, and to nothing else", async () => {
    const family = host.world.addGroup({ name: "Gia đình 🏡", members: [host.uid, lan, stranger] }).groupId;
    host.settings = { groupPolicy: "open", groupAllowFrom: [lan], ackReaction: "❤️", dmPolicy: "disabled" };
    host.answer = async () => "có ngay";
    const inGroup = (from: string, text: string) => {
      const mentions = text.startsWith("@") ? [host.uid] : [];
      return host.world.say({ from, to: { group: family }, text, mentions });
    };
    let asked = { msgId: "", cliMsgId: "" };
    await host.during(async () => {
      inGroup(stranger, "@Trợ lý ơi");
      inGroup(lan, "tối nay ăn gì?");
      say(lan, "nhắn riêng");
      inGroup(stranger, "phở đi");
      asked = inGroup(lan, "@Trợ lý gợi ý đi");
      await answered(1);
    });
    expect(commands()).toEqual(["msg react", "msg send"]);
    const [react] = host.world.calls({ command: "msg react" });
    expect(react?.argv.slice(-6)).toEqual(["--group", "--", asked.msgId, asked.cliMsgId, family, "HEART"]);
    expect(react?.exitCode).toBe(0);
  });
});
