import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { resolveAccount } from "../../../src/channel/account/accounts.ts";
import { decide, type Admitted } from "../../../src/channel/inbound/decide.ts";
import { loopNotices, noteAnswer, noteArrival, unlessLooping } from "../../../src/channel/inbound/loop-guard.ts";
import { toTurnMessage, type TurnMessage } from "../../../src/channel/inbound/turn-message.ts";
import { family, huy, lan, notingHost } from "./rig.ts";

const minuteMs = 60_000;

test("a silence that lasts is told in status with its end and what ends it, a short one only in the log", () => {
  const { run } = notingHost({});
  const warnings: string[] = [];
  const account = resolveAccount(run.cfg(), run.accountId);
  const noisy = { ...run, log: { ...run.log, warn: (message: string) => void warnings.push(message) } };
  let nowMs = 1_795_000_000_000;
  const react = () => {
    noteAnswer(run.accountId, `group:${family}`, nowMs);
    nowMs += 2_000;
    const message = { threadId: family, isGroup: true, senderId: huy, atMs: nowMs, text: "vâng 🙂", lines: [{}] };
    // Only what the guard reads of an admitted message of a group that has to be addressed.
    const decision = { kind: "admitted", groupRule: { requireMention: true } } as unknown as Admitted;
    return unlessLooping(noisy, message as unknown as TurnMessage, decision);
  };
  for (const minutes of [2, 4, 8, 16]) {
    expect(loopNotices(account, nowMs)).toEqual([]);
    for (let exchange = 0; exchange < 4; exchange += 1) expect(react().kind).toBe("admitted");
    expect(react()).toMatchObject({ kind: "context", reason: "loop_breaker" });
    const until = new Date(nowMs + minutes * minuteMs).toISOString();
    expect(warnings.at(-1)).toContain(`(loop_breaker); not answered until ${until}`);
    if (minutes > 15) {
      expect(loopNotices(account, nowMs)).toEqual([
        `Zalo account "${run.accountId}": ${huy} in group:${family} is not answered until ${until}, because it reacts to every answer as another bot would (loop_breaker). If it is a person, \`openclaw gateway restart\` ends that.`,
      ]);
    }
    nowMs += minutes * minuteMs;
  }
  expect(loopNotices(account, nowMs)).toEqual([]);
});

describe("a slash in front of a word", () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "zalouser-vòng lặp-"));
    vi.stubEnv("OPENCLAW_STATE_DIR", folder);
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A contact of the account who reacts to each answer two seconds after it. */
  function contact(senderId: string) {
    const { run } = notingHost({ dmPolicy: "allowlist", allowFrom: [senderId] });
    let nowMs = 1_795_400_000_000;
    let count = 0;
    return async (text: string) => {
      noteAnswer(run.accountId, `user:${senderId}`, nowMs);
      nowMs += 2_000;
      count += 1;
      const eventKey = `${senderId} ${count}`;
      noteArrival(run.accountId, eventKey, nowMs);
      const facts = { altKeys: [], msgType: "webchat", mentions: [], media: [], raw: {}, isGroup: false, atMs: nowMs };
      const decision = await decide(run, toTurnMessage([{ ...facts, eventKey, threadId: senderId, senderId, text }]));
      return "reason" in decision ? decision.reason : decision.kind;
    };
  }

  test.each([
    ["a price", huy, "Cà phê rang xay nguyên chất hôm nay chỉ còn 38k /kg, anh chị đặt mấy ký ạ? ☕"],
    ["a hint", lan, "Cảm ơn bạn đã nhắn tin cho cửa hàng! Gõ /help để xem menu, /stop để dừng nhận tin nhé 🙂"],
  ])("in %s is no order: another bot that writes it is broken off all the same", async (_what, senderId, text) => {
    const react = contact(senderId);
    for (let exchange = 0; exchange < 4; exchange += 1) expect(await react(text)).toBe("admitted");
    expect(await react(text)).toBe("loop_breaker");
  });

  test("gives an order through a silence, so that its sender can still pause or stop what goes on there", async () => {
    const react = contact("5120034498771203377");
    const words = "Tôi dán nguyên một đoạn dài vào đây để trợ lý đọc, nhanh hơn bất kỳ ai có thể gõ được.";
    for (let exchange = 0; exchange < 4; exchange += 1) await react(words);
    expect(await react(words)).toBe("loop_breaker");
    expect(await react("/status")).toBe("admitted");
    expect(await react("/zalouser pause 1h")).toBe("admitted");
    expect(await react("stop")).toBe("admitted");
    expect(await react(words)).toBe("loop_breaker");
  });

  test("counts towards a silence as any words do", async () => {
    const react = contact("5120034498771203388");
    const order = "/zalouser cảm ơn quý khách, cửa hàng sẽ phản hồi trong ít phút nữa, mong thông cảm ạ";
    for (let exchange = 0; exchange < 5; exchange += 1) expect(await react(order)).toBe("admitted");
    expect(await react("còn gì nữa không?")).toBe("loop_breaker");
  });
});
