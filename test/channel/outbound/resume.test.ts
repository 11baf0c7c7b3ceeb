import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { standingOf } from "../../../src/channel/outbound/resume.ts";
import type { LedgerEntry, SendState } from "../../../src/channel/outbound/ledger-entry.ts";
import { rowHashes, filePrint, linkPrint, picturePrint, textPrint } from "../../../src/channel/outbound/send-print.ts";

const texts = ["một 🙂", "hai", "ba", "một 🙂"];
const prints = texts.map((text) => textPrint(text));
const entry = (part: number, state: SendState, changes: Partial<LedgerEntry> = {}): LedgerEntry => ({
  id: `${part}-${state}`,
  delivery: "d1",
  unit: 0,
  part,
  parts: texts.length,
  thread: "user:5120034498771203345",
  kind: "text",
  hash: prints[part]?.hash ?? "",
  run: "r1",
  startedAtMs: part,
  endedAtMs: part,
  state,
  messageIds: state === "sent" ? [`76543210${part}`] : [],
  told: false,
  ...changes,
});

describe("what is left of a delivery", () => {
  test("is everything that is not known to be out", () => {
    const standing = standingOf([entry(0, "unsent"), entry(0, "sent"), entry(2, "unsent")], prints);
    expect(standing).toEqual({ kind: "resumable", sent: new Map([[0, ["765432100"]]]) });
  });

  test.each<SendState>(["started", "unknown"])("cannot be told while a part is %s", (state) => {
    expect(standingOf([entry(0, "sent"), entry(1, state)], prints)).toEqual({ kind: "unknown", part: 1 });
  });

  test("is not sent when the answer would now read or cut differently", () => {
    const other = textPrint("khác").hash;
    expect(standingOf([entry(0, "sent", { hash: other })], prints)).toEqual({ kind: "changed" });
    expect(standingOf([entry(0, "unknown", { parts: 9 })], prints)).toEqual({ kind: "changed" });
    expect(standingOf([entry(0, "unsent", { hash: other })], prints)).toMatchObject({ kind: "resumable" });
  });

  test("over any tries no part that is out is left to send, and none that may be out is sent", () => {
    const state = fc.constantFrom<SendState>("started", "sent", "unsent", "unknown");
    const tries = fc.array(fc.tuple(fc.nat(texts.length - 1), state), { maxLength: 12 });
    fc.assert(
      fc.property(tries, (made) => {
        const entries = made.map(([part, kind], index) => entry(part, kind, { id: String(index) }));
        const out = new Set(entries.filter((one) => one.state === "sent").map(({ part }) => part));
        const doubtful = entries.some(
          (one) => (one.state === "started" || one.state === "unknown") && !out.has(one.part),
        );
        const standing = standingOf(entries, prints);
        expect(standing.kind).toBe(doubtful ? "unknown" : "resumable");
        if (standing.kind === "resumable") expect(new Set(standing.sent.keys())).toEqual(out);
      }),
    );
  });
});

describe("the print of a message", () => {
  test("is that of its row in the history, whatever its kind", () => {
    expect(rowHashes("webchat", "Tuấn ơi\n🙂".normalize("NFD"))).toContain(textPrint("Tuấn ơi\n🙂").hash);
    const url = "https://vi.wikipedia.org/wiki/Phở";
    expect(rowHashes("webchat", url)).toContain(linkPrint(url).hash);
    expect(rowHashes("chat.recommended", JSON.stringify({ title: "Phở", href: url }))).toContain(linkPrint(url).hash);
    expect(rowHashes("chat.photo", JSON.stringify({ title: "Ảnh nè 🌸", href: "https://a" }))).toEqual([
      picturePrint("Ảnh nè 🌸").hash,
    ]);
    expect(rowHashes("share.file", JSON.stringify({ title: "Bao-cao.pdf" }))).toEqual([
      filePrint("/m/Bao-cao.pdf").hash,
    ]);
  });

  test("never throws, and what cannot be read is nobody's", () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ unit: "grapheme" }), (msgType, content) => {
        expect(rowHashes(msgType, content).length).toBeGreaterThan(0);
      }),
    );
    expect(rowHashes("chat.photo", "[1,2]")).not.toContain(picturePrint("").hash);
  });
});
