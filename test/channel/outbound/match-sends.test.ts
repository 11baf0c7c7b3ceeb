import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matchSends, type SeenMessage, type UnknownSend } from "../../../src/channel/outbound/match-sends.ts";
import { rowHashes, textPrint } from "../../../src/channel/outbound/send-print.ts";

const noon = Date.UTC(2026, 10, 22, 12);
const minute = 60_000;
const none = () => false;

const unknown = (id: string, text: string, atMs = noon, lastsMs = 45_000): UnknownSend => ({
  id,
  hash: textPrint(text).hash,
  startedAtMs: atMs,
  deadByMs: atMs + lastsMs,
});
const row = (messageId: string, text: string, atMs: number, own = true): SeenMessage => ({
  messageId,
  own,
  atMs,
  hashes: rowHashes("webchat", text),
});
const before = row("1", "bạn ơi", noon - 5 * minute, false);
const after = row("99", "alo?", noon + 5 * minute, false);

describe("what became of a send", () => {
  test("is sent when its text stands in the history under the own id within its time", () => {
    const verdicts = matchSends([unknown("a", "mai nhé 🙂")], [row("7", "mai nhé 🙂", noon + 2_000)], none);
    expect(verdicts.get("a")).toEqual({ kind: "sent", messageId: "7" });
  });

  test.each<[string, SeenMessage]>([
    ["another's", row("7", "mai nhé", noon + 2_000, false)],
    ["another text", row("7", "mốt nhé", noon + 2_000)],
    ["said before", row("7", "mai nhé", noon - 10 * minute)],
    ["said after", row("7", "mai nhé", noon + 10 * minute)],
  ])("is not sent by a message that is %s", (_case, other) => {
    expect(matchSends([unknown("a", "mai nhé")], [other], none).get("a")?.kind).not.toBe("sent");
  });

  test("a text is the same in NFC and NFD and with Windows line breaks", () => {
    const rows = [row("7", "Tuấn\r\nơi".normalize("NFD"), noon)];
    expect(matchSends([unknown("a", "Tuấn\nơi")], rows, none).get("a")).toEqual({ kind: "sent", messageId: "7" });
  });

  test("a message that is known as another send's is not given twice", () => {
    const rows = [before, row("7", "ok", noon + 1_000), after];
    expect(matchSends([unknown("a", "ok")], rows, (id) => id === "7").get("a")).toEqual({ kind: "not-sent" });
  });

  test("two equal texts are two messages: one row settles one of them, and the other is missing", () => {
    const sends = [unknown("a", "ok"), unknown("b", "ok", noon + minute)];
    const verdicts = matchSends(sends, [before, row("7", "ok", noon + 1_000), after], none);
    expect([verdicts.get("a"), verdicts.get("b")]).toEqual([{ kind: "sent", messageId: "7" }, { kind: "not-sent" }]);
  });

  test.each<[string, readonly SeenMessage[]]>([
    ["an empty list", []],
    ["a list that does not reach back to it", [after]],
    ["a list that ends before it, as servers that lag behind give", [before]],
    ["the same words of the owner a few hours before", [before, row("7", "mai nhé", noon - 180 * minute), after]],
    ["the same words under a wrong clock", [before, row("7", "mai nhé", noon - 20 * minute), after]],
  ])("stays unresolved with %s", (_case, rows) => {
    expect(matchSends([unknown("a", "mai nhé")], rows, none).get("a")).toEqual({ kind: "unresolved" });
  });

  test("of equal sends the one whose row went to another is not sent again while that other's is out of sight", () => {
    const earlier = unknown("a", "ok", noon - 10 * minute, 10 * minute);
    const later = unknown("b", "ok");
    // Both arrived; the list reaches back to the middle of the first.
    const rows = [row("5", "bạn ơi", noon - minute, false), row("8", "ok", noon + 10_000), after];
    expect(matchSends([earlier, later], rows, none).get("b")).toEqual({ kind: "unresolved" });
  });

  test("is not sent when the list shows what came before and after it, and not the message", () => {
    expect(matchSends([unknown("a", "mai nhé")], [after, before], none).get("a")).toEqual({ kind: "not-sent" });
  });

  test("the owner's phone saying the same at the same time is taken for ours: a doubled message would be worse", () => {
    const verdicts = matchSends([unknown("a", "ok")], [before, row("phone", "ok", noon + 10_000), after], none);
    expect(verdicts.get("a")).toEqual({ kind: "sent", messageId: "phone" });
  });
});

/** A world: sends that arrived or did not, the owner's phone, the other side; and how the program lists it. */
const world = fc.record({
  sends: fc.array(
    fc.record({
      text: fc.constantFrom("ok", "dạ", "mai nhé 🙂"),
      atMinute: fc.integer({ min: 0, max: 40 }),
      lastsMs: fc.integer({ min: 500, max: 180_000 }),
      arrivedAfterMs: fc.option(fc.integer({ min: 0, max: 180_000 }), { nil: undefined }),
      isKnown: fc.boolean(),
    }),
    { minLength: 1, maxLength: 8 },
  ),
  others: fc.array(
    fc.record({
      text: fc.constantFrom("ok", "dạ", "alo?"),
      atMinute: fc.integer({ min: -30, max: 70 }),
      own: fc.boolean(),
    }),
    { maxLength: 12 },
  ),
  skewMs: fc.integer({ min: -25_000, max: 25_000 }),
  newestMissing: fc.nat(4),
  keep: fc.integer({ min: 0, max: 25 }),
});

test("over any world and any list of it: sent needs a row of its own, no row serves twice, and what is out is never called unsent", () => {
  fc.assert(
    fc.property(world, ({ sends, others, skewMs, newestMissing, keep }) => {
      const made = sends.map(({ text, atMinute, lastsMs, arrivedAfterMs, isKnown }, index) => {
        const send = unknown(`s${index}`, text, noon + atMinute * minute, lastsMs);
        const arrived = arrivedAfterMs !== undefined && arrivedAfterMs <= lastsMs;
        return { send, arrived, isKnown: isKnown && arrived, atMs: send.startedAtMs + (arrivedAfterMs ?? 0) + skewMs };
      });
      const inWorld = [
        ...made.flatMap(({ send, arrived, atMs }, index) =>
          arrived ? [{ messageId: `m${index}`, own: true, atMs, hashes: [send.hash] }] : [],
        ),
        ...others.map(({ text, atMinute, own }, index) =>
          row(`o${index}`, text, noon + atMinute * minute + skewMs, own),
        ),
      ].toSorted((a, b) => b.atMs - a.atMs);
      const list = inWorld.slice(newestMissing, newestMissing + keep);
      const known = new Set(made.flatMap(({ isKnown }, index) => (isKnown ? [`m${index}`] : [])));
      const open = made.filter(({ isKnown }) => !isKnown);
      const verdicts = matchSends(
        open.map(({ send }) => send),
        list,
        (id) => known.has(id),
      );
      const used: string[] = [];
      for (const { send } of open) {
        const verdict = verdicts.get(send.id);
        expect(verdict).toBeDefined();
        if (verdict?.kind !== "sent") continue;
        used.push(verdict.messageId);
        const found = list.find(({ messageId }) => messageId === verdict.messageId);
        expect(found?.own).toBe(true);
        expect(found?.hashes).toContain(send.hash);
        expect(known.has(verdict.messageId)).toBe(false);
      }
      expect(new Set(used).size).toBe(used.length);
      // By text: as many copies as are out must be accounted for as sent or left in doubt, or one would go out again.
      for (const { send } of open) {
        const alike = open.filter((other) => other.send.hash === send.hash);
        const unsent = alike.filter((other) => verdicts.get(other.send.id)?.kind === "not-sent").length;
        if (unsent === 0) continue;
        const arrived = alike.filter((other) => other.arrived).length;
        expect(alike.length - unsent).toBeGreaterThanOrEqual(arrived);
      }
    }),
    { numRuns: 5_000 },
  );
});

test("with a full list and no other words of the account, every send is judged rightly", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({ text: fc.constantFrom("ok", "dạ"), gap: fc.integer({ min: 4, max: 9 }), arrived: fc.boolean() }),
        {
          minLength: 1,
          maxLength: 8,
        },
      ),
      (sends) => {
        let atMs = noon;
        const made = sends.map(({ text, gap, arrived }, index) => {
          atMs += gap * minute;
          return { send: unknown(`s${index}`, text, atMs), arrived, row: row(`m${index}`, text, atMs + 3_000) };
        });
        const last = row("99", "alo?", atMs + 10 * minute, false);
        const rows = [before, ...made.flatMap(({ arrived, row: sent }) => (arrived ? [sent] : [])), last];
        const verdicts = matchSends(
          made.map(({ send }) => send),
          rows,
          none,
        );
        for (const { send, arrived, row: sent } of made) {
          expect(verdicts.get(send.id)).toEqual(
            arrived ? { kind: "sent", messageId: sent.messageId } : { kind: "not-sent" },
          );
        }
      },
    ),
    { numRuns: 1_000 },
  );
});
