import { expect, test } from "vitest";
import { resolveAccount } from "../../../src/channel/account/accounts.ts";
import type { Admitted } from "../../../src/channel/inbound/decide.ts";
import { loopNotices, noteAnswer, unlessLooping } from "../../../src/channel/inbound/loop-guard.ts";
import type { TurnMessage } from "../../../src/channel/inbound/turn-message.ts";
import { family, huy, notingHost } from "./rig.ts";

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
