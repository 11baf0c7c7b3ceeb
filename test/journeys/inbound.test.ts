import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { resolveAccount } from "../../src/channel/account/accounts.ts";
import { activityOf } from "../../src/channel/operate/activity.ts";
import { accountDetails, notices } from "../../src/channel/operate/inspect.ts";
import { createAccountHost, type AccountHost } from "../fakes/account-host.ts";

const lan = "5120034498771203345";
const huy = "8891200345671123490";
const patience = { timeout: 60_000, interval: 20 };

describe("from a Zalo message to its answer", () => {
  let host: AccountHost;

  beforeEach(() => {
    host = createAccountHost();
    host.world.addPerson({ uid: lan, displayName: "Lan Phạm" });
    host.world.addPerson({ uid: huy, displayName: "Huy Đặng" });
    host.settings = { dmPolicy: "allowlist", allowFrom: [lan, huy] };
    host.logIn();
  });

  afterEach(() => {
    host.dispose();
    expect(host.problems.filter((problem) => !problem.includes("was not understood"))).toEqual([]);
  });

  const say = (from: string, text: string, overrides: Readonly<Record<string, unknown>> = {}) =>
    host.world.say({ from, to: host.uid, text, overrides });
  const texts = () => host.turns.map(({ text }) => text);
  const sent = () => host.world.messages().filter(({ from }) => from === host.uid);

  test("an answer costs one zca call per chunk and no other call", async () => {
    const paragraphs = Array.from(
      { length: 3 },
      (_, index) => `Đoạn ${index + 1}: ${"nghiêng mình trước gió, ".repeat(60)}`,
    );
    host.answer = async () => paragraphs.join("\n\n");
    await host.during(async () => {
      const before = host.world.journal().length;
      say(lan, "kể chuyện đi 🙂");
      await vi.waitFor(() => expect(sent()).toHaveLength(3), patience);
      expect(
        host.world
          .journal()
          .slice(before)
          .map(({ command }) => command),
      ).toEqual(["msg send", "msg send", "msg send"]);
      expect(sent().map(({ text }) => text.slice(0, 7))).toEqual(["Đoạn 1:", "Đoạn 2:", "Đoạn 3:"]);
      expect(sent().every(({ text, isGroup, threadId }) => text.length <= 2000 && !isGroup && threadId === lan)).toBe(
        true,
      );
    });
  });

  test("a burst of one person becomes one turn, and other people have theirs", async () => {
    await host.during(async () => {
      for (const text of ["alo", "bạn ơi", "?"]) say(lan, text);
      say(huy, "mình hỏi chút");
      await vi.waitFor(() => expect(host.turns).toHaveLength(2), patience);
      expect(texts().sort()).toEqual(["alo\nbạn ơi\n?", "mình hỏi chút"].sort());
    });
  });

  test("what arrives twice is answered once, after a restart and under another message id, too", async () => {
    let first = { msgId: "", cliMsgId: "" };
    await host.during(async () => {
      first = say(lan, "chỉ một lần thôi");
      await vi.waitFor(() => expect(texts()).toEqual(["chỉ một lần thôi"]), patience);
    });
    await host.during(async () => {
      say(lan, "chỉ một lần thôi", first);
      say(lan, "chỉ một lần thôi", { ...first, msgId: "6921045577999" });
      say(lan, "tin mới");
      await vi.waitFor(() => expect(texts()).toContain("tin mới"), patience);
      expect(texts()).toEqual(["chỉ một lần thôi", "tin mới"]);
    });
  });

  test("order is kept within a conversation, and a slow turn holds up nobody else", async () => {
    let release = () => {};
    host.answer = async ({ text }) => {
      if (text === "một") await new Promise<void>((resolve) => (release = resolve));
      return undefined;
    };
    await host.during(async () => {
      say(lan, "một");
      await vi.waitFor(() => expect(texts()).toContain("một"), patience);
      say(huy, "người khác");
      say(lan, "hai");
      await vi.waitFor(() => expect(texts()).toContain("người khác"), patience);
      release();
      await vi.waitFor(() => expect(texts()).toContain("hai"), patience);
      expect(texts().filter((text) => text !== "người khác")).toEqual(["một", "hai"]);
    });
  });

  test("its own words and a stranger's reach no agent", async () => {
    host.world.control({ selfListen: true });
    host.settings = { dmPolicy: "allowlist", allowFrom: [lan, host.uid] };
    await host.during(async () => {
      host.world.say({ from: host.uid, to: lan, text: "chủ nhà tự nhắn" });
      say(huy, "người lạ");
      say(lan, "người quen");
      await vi.waitFor(() => expect(texts()).toContain("người quen"), patience);
      expect(texts()).toEqual(["người quen"]);
    });
  });

  test("garbage on the stream is counted and never fatal", async () => {
    await host.during(async () => {
      for (const noise of [
        "rác\n",
        '{"threadId":\n',
        "[1,2]\n",
        '"chuỗi"\n',
        "{}\n",
        '{"threadId":5120034498771203345}\n',
        "\u0000\u0001\n",
        `${"x".repeat(5_000_000)}\n`,
      ]) {
        host.world.inject("default", noise);
      }
      say(lan, "vẫn nghe chứ?");
      await vi.waitFor(() => expect(texts()).toEqual(["vẫn nghe chứ?"]), patience);
      expect(host.status().lifecycle).toBe("ready");
    });
  });

  /** How many messages the account has taken off the stream. */
  const heard = () => activityOf("default").snapshot().inbound;
  const hears = (count: number) => vi.waitFor(() => expect(heard()).toBeGreaterThanOrEqual(count), patience);

  test("what waits for its burst when the account stops is answered by the next start, as one turn, before newer ones", async () => {
    const before = heard();
    await host.during(async () => {
      say(lan, "nhắn đúng lúc tắt 🌙");
      say(lan, "còn câu nữa");
      await hears(before + 2);
    });
    expect(texts()).toEqual([]);
    await host.during(async () => {
      say(huy, "tin mới");
      await vi.waitFor(() => expect(host.turns).toHaveLength(2), patience);
    });
    expect(texts()).toEqual(["nhắn đúng lúc tắt 🌙\ncòn câu nữa", "tin mới"]);
  });

  test("a stop before the host owns the turn gives the message back; the next start answers it once", async () => {
    let reached = () => {};
    const waiting = new Promise<void>((resolve) => (reached = resolve));
    let release = () => {};
    host.beforeAdoption = () => {
      reached();
      return new Promise<void>((resolve) => (release = resolve));
    };
    await host.during(async () => {
      say(lan, "đang nghĩ dở");
      await waiting;
    });
    expect(host.turns).toEqual([]);
    host.beforeAdoption = async () => {};
    await host.during(async () => {
      // The old turn still winds down: until it has, its row is nobody else's.
      say(huy, "ai đó khác");
      await vi.waitFor(() => expect(texts()).toEqual(["ai đó khác"]), patience);
      release();
      await vi.waitFor(() => expect(texts()).toEqual(["ai đó khác", "đang nghĩ dở"]), patience);
    });
  });

  test("a turn the host could not take is tried again, and newer ones of the conversation wait for it", async () => {
    const failures = [new Error("session store is busy"), new Error("session store is busy")];
    host.beforeAdoption = async ({ text }) => {
      const failure = text === "một" ? failures.pop() : undefined;
      if (failure) throw failure;
    };
    await host.during(async () => {
      say(lan, "một");
      await vi.waitFor(() => expect(failures).toHaveLength(1), patience);
      say(lan, "hai");
      say(huy, "ba");
      await vi.waitFor(() => expect(host.turns).toHaveLength(3), patience);
      expect(texts().filter((text) => text !== "ba")).toEqual(["một", "hai"]);
    });
    host.problems.splice(0, 2);
  });

  test("a line nobody can read fails alone, is kept, and is counted in status", async () => {
    await host.during(async () => {
      host.world.inject(
        "default",
        `${JSON.stringify({ threadId: "7044519283300761122", msgId: "6921045570001", chatType: "group" })}\n`,
      );
      say(lan, "câu sau vẫn tới");
      await vi.waitFor(() => expect(texts()).toEqual(["câu sau vẫn tới"]), patience);
      const { journal } = accountDetails(resolveAccount(host.config(), "default"));
      expect(journal).toMatchObject({
        failed: 1,
        failures: [{ lane: "group:7044519283300761122", reason: "no-sender" }],
      });
      expect(notices(resolveAccount(host.config(), "default"))).toEqual([
        expect.stringMatching(
          /1 received message\(s\).*newest at 20.* in group:7044519283300761122 \(no-sender\)\..*\[JOURNAL_UNHANDLED\]$/su,
        ),
      ]);
      expect(host.problems.filter((problem) => problem.includes("JOURNAL_UNHANDLED"))).toHaveLength(1);
      host.problems.length = 0;
    });
  });
});
