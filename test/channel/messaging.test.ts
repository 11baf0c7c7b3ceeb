import { describe, expect, test } from "vitest";
import { messaging, requireTarget } from "../../src/channel/messaging.ts";
import { resolveDmScope } from "../../src/channel/routing.ts";

type Config = Parameters<typeof resolveDmScope>[0];
const lan = "5120034498771203345";
const family = "7044519283300761122";

describe("targets", () => {
  test.each([
    [lan, lan],
    [`user:${lan}`, lan],
    [`zalouser:${lan}`, lan],
    [` zlu:user:${lan} `, lan],
    [`group:${family}`, `group:${family}`],
    [`zalouser:group:${family}`, `group:${family}`],
  ])("%j is written %j, however often it is normalized", (raw, written) => {
    expect(messaging.normalizeTarget?.(raw)).toBe(written);
    expect(messaging.normalizeTarget?.(written)).toBe(written);
  });

  test.each([
    "",
    "   ",
    "group:",
    "user:",
    "abc",
    "Lan Phạm",
    "group:abc",
    "1234",
    "constructor",
    "12345678901234567890123456",
  ])("%j is refused with account, cause and remedy", (raw) => {
    expect(messaging.normalizeTarget?.(raw)).toBeUndefined();
    expect(() => requireTarget(raw, "work")).toThrowError(/Zalo account "work".*directory.*TARGET_INVALID/su);
  });

  test("the group flag comes from the target alone", () => {
    expect(messaging.inferTargetChatType?.({ to: `group:${family}` })).toBe("group");
    expect(messaging.inferTargetChatType?.({ to: family })).toBe("direct");
  });
});

describe("sessions", () => {
  const route = async (cfg: Config, target: string) =>
    messaging.resolveOutboundSessionRoute?.({ cfg, agentId: "main", accountId: "default", target });

  test("each person has a session of their own unless the operator chose another scope that keeps people apart", () => {
    expect(resolveDmScope({})).toBe("per-channel-peer");
    expect(resolveDmScope({ session: { dmScope: "main" } })).toBe("per-channel-peer");
    expect(resolveDmScope({ session: { dmScope: "per-account-channel-peer" } })).toBe("per-account-channel-peer");
  });

  test("a proactive message lands in the session an answer lives in", async () => {
    expect(await route({}, lan)).toMatchObject({
      sessionKey: `agent:main:zalouser:direct:${lan}`,
      chatType: "direct",
    });
    expect(await route({}, `group:${family}`)).toMatchObject({
      sessionKey: `agent:main:zalouser:group:${family}`,
      chatType: "group",
      to: `zalouser:group:${family}`,
    });
  });
});
