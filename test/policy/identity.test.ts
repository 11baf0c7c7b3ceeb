import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatTarget, isZaloId, normalizeAllowEntry, parseTarget, searchFold } from "../../src/policy/index.ts";

const uid = "5120034498771203345";

describe("targets", () => {
  test.each([
    [uid, { kind: "user", id: uid }],
    [`user:${uid}`, { kind: "user", id: uid }],
    [`group:${uid}`, { kind: "group", id: uid }],
    [`zalouser:${uid}`, { kind: "user", id: uid }],
    [`zlu:group:${uid}`, { kind: "group", id: uid }],
    [`  ZaloUser:Group:${uid} `, { kind: "group", id: uid }],
    ["12345", { kind: "user", id: "12345" }],
  ])("%j is understood", (raw, target) => {
    expect(parseTarget(raw)).toEqual(target);
  });

  test.each([
    "",
    "   ",
    "group:",
    "user:",
    "zalouser:",
    "abc",
    "Lan Phạm",
    "1234",
    "1".repeat(25),
    "group:abc",
    "user:group:12345",
    "12345 6",
    "+84912345678",
    "１２３４５",
  ])("%j is refused with a reason", (raw) => {
    expect(parseTarget(raw)).toEqual({ error: expect.stringMatching(/\w/) });
  });

  test("formatting and parsing give each other back, beyond 2^53 too", () => {
    fc.assert(
      fc.property(fc.constantFrom("user" as const, "group" as const), fc.stringMatching(/^\d{5,24}$/), (kind, id) => {
        const formatted = formatTarget({ kind, id });
        expect(parseTarget(formatted)).toEqual({ kind, id });
        expect(parseTarget(`zalouser:${formatted}`)).toEqual({ kind, id });
      }),
    );
  });

  test("no text at all makes the parser throw", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (raw) => {
        const target = parseTarget(raw);
        if (!("error" in target)) expect(isZaloId(target.id)).toBe(true);
      }),
    );
  });
});

describe("allowlist entries", () => {
  test.each([
    [uid, uid],
    [` zalouser:${uid} `, uid],
    [`zlu:user:${uid}`, uid],
    [12_345, "12345"],
    ["*", "*"],
    ["zalouser:*", "*"],
    ["Tua\u0302\u0301n", "Tuấn"],
    [`group:${uid}`, `group:${uid}`],
  ])("%j is compared as %j", (raw, expected) => {
    expect(normalizeAllowEntry(raw)).toBe(expected);
  });

  test("normalizing twice changes nothing", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (raw) => {
        const once = normalizeAllowEntry(raw);
        expect(normalizeAllowEntry(once)).toBe(once);
      }),
    );
  });
});

describe("names", () => {
  test("are found without accents", () => {
    expect(searchFold("Tuấn")).toBe("tuan");
    expect(searchFold("  Đặng   Thị Ngọc ")).toBe("dang thi ngoc");
    expect(searchFold("NGUYỄN Ưu đãi")).toBe("nguyen uu dai");
  });
});
