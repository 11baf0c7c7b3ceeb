import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sendText } from "../../src/channel/outbound/adapter.ts";
import { runChatCommand } from "../../src/channel/paused/run-chat-command.ts";
import { pauseOnRequest, resumeOnRequest } from "../../src/channel/paused/requests.ts";
import { gesture } from "../../src/channel/outbound/gesture.ts";
import { finishDelivery, whileDelivering } from "../../src/channel/outbound/unfinished.ts";
import { openAccountState } from "../../src/channel/account/state.ts";
import { notices } from "../../src/channel/operate/inspect.ts";
import { accountFacts } from "../../src/channel/operate/facts.ts";
import { supervisorSnapshot } from "../../src/channel/operate/supervisors.ts";
import { why } from "../../src/channel/operate/why.ts";
import { resolveAccount } from "../../src/channel/account/accounts.ts";
import { createAccountHost, type AccountHost } from "../fakes/account-host.ts";

const lan = "5120034498771203345";

describe("a conversation its owner has paused", () => {
  let host: AccountHost;

  beforeEach(() => {
    host = createAccountHost();
    host.world.addPerson({ uid: lan, displayName: "Lan Phạm" });
    host.world.befriend(host.uid, lan);
    host.settings = {
      dmPolicy: "allowlist",
      allowFrom: [lan],
      rateLimit: { sameConversationMs: 500, otherConversationMs: 500 },
    };
    host.logIn();
  });

  afterEach(() => host.dispose());

  const request = (more = {}) => ({ cfg: host.config(), accountId: undefined, conversation: lan, ...more });
  const ours = () => host.world.messages().filter(({ from }) => from === host.uid);
  const say = (text: string) => host.world.say({ from: lan, to: host.uid, text });
  const reasons = () =>
    accountFacts(resolveAccount(host.config(), undefined)).application.decisions.map(({ reason }) => reason);

  test("is not answered, and what was said meanwhile is context of the next answer", async () => {
    host.answer = async ({ text }) => `đáp: ${text}`;
    await host.during(async () => {
      expect(pauseOnRequest(request())).toContain(`user:${lan}`);
      say("chị tự trả lời nhé 🙂");
      await expect.poll(reasons, { timeout: 20_000 }).toContain("owner_paused");
      expect(why(accountFacts(resolveAccount(host.config(), undefined)), lan).join("\n")).toMatch(
        /owner_paused.*openclaw zalouser resume/u,
      );
      expect(ours()).toEqual([]);
      expect(resumeOnRequest(request())).toContain("Resumed");
      say("còn bạn?");
      await host.world.waitForMessage(({ from }) => from === host.uid, 60_000);
      expect(ours().map(({ text }) => text)).toEqual([expect.stringContaining("còn bạn?")]);
    });
  });

  test("is refused for an account the config does not have, and for a group written as a person", () => {
    expect(() => pauseOnRequest(request({ accountId: "wrok" }))).toThrow(
      /no such account.*default.*\[CONFIG_INVALID\]/su,
    );
    const family = "7044519283300761122";
    host.settings = { ...host.settings, groups: { [`group:${family}`]: { allow: true } } };
    expect(() => pauseOnRequest(request({ conversation: family }))).toThrow(
      /group:7044519283300761122.*\[TARGET_INVALID\]/su,
    );
    expect(pauseOnRequest(request({ conversation: `group:${family}` }))).toContain(`group:${family}`);
  });

  test("may be any where nobody can read which: nothing is answered or sent, status names the file, nothing is overwritten", async () => {
    const file = path.join(openAccountState("default").folder, "paused.json");
    pauseOnRequest(request());
    writeFileSync(file, "[{");
    await host.during(async () => {
      const sending = sendText({ cfg: host.config(), accountId: "default", to: lan, text: "chào" });
      await expect(sending).rejects.toThrow(/paused\.json.*\[STATE_UNWRITABLE\]/su);
      say("có ai không? 🙂");
      await expect.poll(reasons, { timeout: 20_000 }).toContain("owner_paused");
      expect(ours()).toEqual([]);
      expect(notices(resolveAccount(host.config(), undefined)).join("\n")).toContain(file);
      expect(() => pauseOnRequest(request())).toThrow(/paused\.json/u);
      expect(() => resumeOnRequest(request())).toThrow(/paused\.json/u);
      rmSync(file);
      await sendText({ cfg: host.config(), accountId: "default", to: lan, text: "chào" });
    });
  });

  test("is not written to either, with the command that ends it, until its time is over", async () => {
    await host.during(async () => {
      const now = Date.now();
      pauseOnRequest(request({ duration: "30m" }), now);
      const sending = sendText({ cfg: host.config(), accountId: "default", to: lan, text: "chào" });
      await expect(sending).rejects.toThrow(/openclaw zalouser resume.*\[SEND_PAUSED\]/u);
      expect(ours()).toEqual([]);
      pauseOnRequest(request({ duration: "30m" }), now - 31 * 60_000);
      await sendText({ cfg: host.config(), accountId: "default", to: lan, text: "chào lại" });
      expect(ours().map(({ text }) => text)).toEqual(["chào lại"]);
    });
  });

  test("hears of it where it was asked for there: the answer to the command leaves, nothing else does", async () => {
    const command = { channel: "zalouser", from: lan, to: lan, accountId: "default", config: host.config() };
    host.answer = async ({ text }) => runChatCommand({ ...command, args: text.replace("/zalouser ", "") } as never);
    host.settings = { ...host.settings, responsePrefix: "🤖" };
    await host.during(async () => {
      say("/zalouser pause 1h");
      await host.world.waitForMessage(({ from }) => from === host.uid, 60_000);
      expect(ours().map(({ text }) => text)).toEqual([expect.stringContaining(`Paused user:${lan}`)]);
      const other = sendText({ cfg: host.config(), accountId: "default", to: lan, text: "chào" });
      await expect(other).rejects.toThrow(/\[SEND_PAUSED\]/u);
    });
  });

  test("keeps what was said meanwhile over a command, for the agent's next turn", async () => {
    host.answer = async ({ text }) => `đáp: ${text}`;
    await host.during(async () => {
      pauseOnRequest(request());
      const passedOver = () => reasons().filter((reason) => reason === "owner_paused").length;
      const before = passedOver();
      say("phở bò nhé 🍜");
      await expect.poll(passedOver, { timeout: 20_000 }).toBe(before + 1);
      resumeOnRequest(request());
      say("/status");
      await host.world.waitForMessage(({ from, text }) => from === host.uid && text.includes("/status"), 60_000);
      say("rồi sao nữa?");
      await expect.poll(() => host.turns.length, { timeout: 20_000 }).toBe(1);
      expect(host.turns[0]?.history).toEqual(["phở bò nhé 🍜"]);
      // The answer is on its way; a zca that outlived the test would bring its folders back.
      await host.world.waitForMessage(({ from, text }) => from === host.uid && text.includes("sao nữa"), 60_000);
    });
  });

  test("starts no agent for what waited for an earlier answer while it was paused, and keeps that as context", async () => {
    host.answer = async ({ text }) => `đáp: ${text}`;
    const unfinished = path.join(openAccountState("default").folder, "unfinished.json");
    await host.during(async () => {
      const earlier = { delivery: "câu trước", thread: `user:${lan}`, isAnswer: true };
      const cutOff = async () => {
        throw new Error("the connection broke");
      };
      await expect(whileDelivering("default", earlier, cutOff)).rejects.toThrow("broke");
      say("chuyển khoản giúp chị nhé 🙂");
      await expect.poll(() => readFileSync(unfinished, "utf8"), { timeout: 20_000 }).toContain("waitedMs");
      const passedOver = () => reasons().filter((reason) => reason === "owner_paused").length;
      const before = passedOver();
      pauseOnRequest(request());
      finishDelivery("default", earlier.delivery);
      await expect.poll(passedOver, { timeout: 20_000 }).toBe(before + 1);
      expect(host.turns).toEqual([]);
      resumeOnRequest(request());
      say("xong chưa em?");
      await host.world.waitForMessage(({ from, text }) => from === host.uid && text.includes("xong chưa"), 60_000);
      expect(host.turns.map(({ history }) => history)).toEqual([["chuyển khoản giúp chị nhé 🙂"]]);
    });
  });

  test("shows nobody typing, not even over a command that somebody may not give", async () => {
    host.settings = { ...host.settings, typing: true };
    let answering = 0;
    host.answer = async () => void (answering += 1);
    await host.during(async () => {
      pauseOnRequest(request());
      say("/zalouser mở lại đi");
      await expect.poll(() => answering, { timeout: 20_000 }).toBe(1);
    });
    expect(host.world.calls({ command: "msg typing" })).toEqual([]);
  });

  test("gets no reaction and keeps the one it has: a gesture is refused like words", async () => {
    const made: string[] = [];
    const react = () =>
      gesture(
        resolveAccount(host.config(), "default"),
        { kind: "user", id: lan },
        {
          kind: "proactive",
          make: async () => {
            made.push("thả tim");
            return { kind: "sent", messageIds: [] };
          },
        },
      );
    await host.during(async () => {
      // It listens a moment before it counts as connected, and until then nothing is shown to anybody.
      await expect.poll(() => supervisorSnapshot("default")?.lifecycle, { timeout: 20_000 }).toBe("ready");
      pauseOnRequest(request());
      expect(await react()).toMatchObject({ kind: "unsent", error: { code: "SEND_PAUSED" } });
      expect(made).toEqual([]);
      resumeOnRequest(request());
      expect(await react()).toMatchObject({ kind: "sent" });
    });
    expect(made).toEqual(["thả tim"]);
  });

  test("is one of a thousand at most, and the next is refused rather than another forgotten", () => {
    for (let index = 0; index < 1_000; index += 1) {
      pauseOnRequest(request({ conversation: String(5_120_000_000_000_000_000n + BigInt(index)) }));
    }
    expect(() => pauseOnRequest(request())).toThrow(/1000 conversations are paused already.*\[ACTION_INVALID\]/u);
  });

  test.each(["hai giờ", "0m", "2w", "-1h", "99999m"])("refuses %s as a duration", (duration) => {
    expect(() => pauseOnRequest(request({ duration }))).toThrow(/30m, 2h or 1d.*\[ACTION_INVALID\]/u);
  });

  test("refuses what is no conversation, and says what was not paused", () => {
    expect(() => pauseOnRequest(request({ conversation: "Lan Phạm" }))).toThrow(/\[TARGET_INVALID\]/u);
    expect(resumeOnRequest(request())).toContain("was not paused");
  });
});
