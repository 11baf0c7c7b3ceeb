import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { renderMarkers } from "../../sim/text/markers.ts";
import { findMentions } from "../../sim/text/mentions.ts";
import { planChunks } from "../../sim/text/plan.ts";
import { meantMentions } from "../../src/text/mentions.ts";
import { planText } from "../../src/text/plan.ts";

const lan = { uid: "1", name: "Lan" };
const lanPham = { uid: "2", name: "Lan Phạm" };
const huy = { uid: "3", name: "Huy Đặng" };
const otherHuy = { uid: "4", name: "huy đặng " };

const found = (text: string, names: readonly { uid: string; name: string }[]) =>
  meantMentions(text, names).map(({ start, end }) => text.slice(start, end));

describe("mentions that are meant", () => {
  test.each([
    ["@Lan Phạm ơi", [lan, lanPham], ["@Lan Phạm"]],
    ["@Lan, @lan phạm!", [lan, lanPham], ["@Lan", "@lan phạm"]],
    ["(@Huy Đặng) nhé.", [huy], ["@Huy Đặng"]],
    ["@Huy Đặng.", [huy], ["@Huy Đặng"]],
    ["@Huy Đặng.vn", [huy], []],
    ["@Huy Đặng2", [huy], []],
    ["a@Huy Đặng", [huy], []],
    ["—@Huy Đặng", [huy], []],
    ["@Huy Đặng", [huy, otherHuy], []],
    ["@all @All @Tất cả", [huy], []],
    ["@", [huy], []],
    ["@Huy Đặng".normalize("NFD"), [huy], []],
    ["İ @Huy Đặng", [huy], []],
  ])("in %j", (text, names, expected) => {
    expect(found(text, names)).toEqual(expected);
  });

  test("are left for zca, all others are guarded, whatever the style around them", () => {
    const plan = planText("**@Huy Đặng** và @Lan, `@Lan Phạm`", { isGroup: true, members: [huy, lanPham] });
    if ("refused" in plan) throw new Error(plan.refused);
    expect(plan.parts.map(({ rendered }) => rendered)).toEqual(["@Huy Đặng và \u2060@Lan, @Lan Phạm"]);
  });

  test("are none in code, and none where a cut divides them", () => {
    const code = planText("```\n@Huy Đặng\n```", { isGroup: true, members: [huy] });
    const cut = planText(`${"a".repeat(34)} @Huy Đặng`, { isGroup: true, members: [huy], limit: 42 });
    for (const plan of [code, cut]) {
      if ("refused" in plan) throw new Error(plan.refused);
      expect(plan.parts.map(({ rendered }) => rendered).join("|")).toContain("\u2060@Huy");
    }
  });

  test("of many members never make zca cut a message by itself", () => {
    const limits = { textLength: 2000, requestLength: 4000 };
    const target = { threadId: "7044519283300761122", isGroup: true };
    const lines = fc.array(
      fc.record({
        member: fc.nat(199),
        bold: fc.boolean(),
        said: fc.constantFrom("", ": có mặt ✅", " vắng\n", '"nghỉ ốm"'),
      }),
      { minLength: 20, maxLength: 150 },
    );
    const members = Array.from({ length: 200 }, (_, index) => {
      const uid = String(512_003_449_877_120_334_000_000n + BigInt(index));
      return { uid, name: `Nguyễn Thị ${String.fromCodePoint(65 + (index % 26))}${index}` };
    });
    const persons = members.map(({ uid, name }) => ({ uid, displayName: name, zaloName: name }));
    fc.assert(
      fc.property(lines, (said) => {
        const text = said.map(({ member, bold, said: words }) => {
          const name = `@${members[member]?.name ?? ""}`;
          return `${bold ? `**${name}**` : name}${words}`;
        });
        const plan = planText(text.join("\n"), { isGroup: true, members });
        if ("refused" in plan) throw new Error(plan.refused);
        for (const part of plan.parts) {
          const payload = part.raw ? { text: part.text, styles: [] } : renderMarkers(part.text);
          const mentions = findMentions(payload.text, persons as never);
          expect(planChunks({ ...payload, mentions }, target, limits)).toHaveLength(1);
        }
      }),
    );
  });

  const names = fc.uniqueArray(
    fc.record({
      uid: fc.constantFrom("1", "2", "3", "4"),
      name: fc.constantFrom("Lan", "lan", "Lan Phạm", "Huy", "Huy Đặng", "A", "Đặng", "@Lan", "a*b", " Lan "),
    }),
    { selector: ({ uid, name }) => `${uid} ${name}` },
  );
  const text = fc
    .array(
      fc.oneof(
        fc.constantFrom(
          "@Lan",
          "@lan phạm",
          "@Huy",
          "@Huy Đặng",
          "@A",
          "@a*b",
          "@@Lan",
          " ",
          "\n",
          ".",
          ",",
          "(",
          "*",
          "**",
        ),
        fc.string({ unit: "grapheme", maxLength: 4 }),
      ),
      { minLength: 1, maxLength: 30 },
    )
    .map((pieces) => pieces.join(""));

  test("never make zca fail on a name that two bear, and are exactly those it finds", () => {
    fc.assert(
      fc.property(text, names, fc.integer({ min: 10, max: 60 }), (markdown, members, limit) => {
        const plan = planText(markdown, { isGroup: true, members, limit });
        if ("refused" in plan) return;
        const people = members.map(({ uid, name }) => ({ uid, displayName: name, zaloName: "", phone: "" }));
        for (const { rendered } of plan.parts) {
          const seen = findMentions(rendered, people).map(({ pos, len }) => [pos, pos + len]);
          expect(seen).toEqual(meantMentions(rendered, members).map(({ start, end }) => [start, end]));
        }
      }),
      { numRuns: 3000 },
    );
  });

  test("change nothing of a text but its guards", () => {
    fc.assert(
      fc.property(text, names, (markdown, members) => {
        const [guarded, mentioning] = [[], members].map((known) =>
          planText(markdown, { isGroup: true, members: known }),
        );
        const shown = (plan: typeof guarded) =>
          plan === undefined || "refused" in plan
            ? []
            : plan.parts.map(({ rendered }) => rendered.replaceAll("\u2060", ""));
        expect(shown(mentioning)).toEqual(shown(guarded));
      }),
    );
  });
});
