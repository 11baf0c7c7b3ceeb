import { describe, expect, test } from "vitest";
import * as fc from "fast-check";
import {
  findName,
  indexNames,
  isDisguised,
  nameKey,
  showName,
  type NameAnswer,
  type NameHolder,
} from "../../src/policy/names.ts";
import { readListedEntry } from "../../src/policy/identity.ts";

const lan = { id: "5120034498771203345", names: ["Lan Phạm"] };
const huy = { id: "8891200345671123490", names: ["Huy Đặng", "Huy 🏸"] };
const tuan = { id: "3391200345671123477", names: ["Tuấn"] };
const pinned = (id: string, name: string, rest: object = {}): NameAnswer => ({
  kind: "pinned",
  id,
  name,
  rivals: [],
  ...rest,
});
const find = (name: string, holders: readonly NameHolder[], pin?: { id: string; name: string }) =>
  findName(name, indexNames(holders), pin);

describe("a name that was never looked up", () => {
  test.each([
    ["as it is written", "Lan Phạm"],
    ["typed in decomposed form (NFD)", "Lan Phạm".normalize("NFD")],
    ["in other letter case", "LAN PHẠM"],
    ["with other white space", "  Lan \t Phạm\n"],
  ])("stands for its one holder %s", (_how, typed) => {
    expect(find(typed, [lan, huy, tuan])).toEqual(pinned(lan.id, "Lan Phạm"));
  });

  test("is looked for among all names of a person", () => {
    expect(find("huy 🏸", [lan, huy])).toEqual(pinned(huy.id, "Huy 🏸"));
  });

  test("without its diacritics stands for nobody: deciding is not searching", () => {
    expect(find("Lan Pham", [lan])).toEqual({ kind: "unknown", lookalikes: [] });
    expect(find("Tuân", [tuan])).toEqual({ kind: "unknown", lookalikes: [] });
  });

  test("that fits two people is refused, with both", () => {
    const other = { id: "777000111222333444", names: ["lan phạm"] };
    expect(find("Lan Phạm", [lan, other])).toEqual({
      kind: "ambiguous",
      holders: [
        { id: lan.id, name: "Lan Phạm" },
        { id: other.id, name: "lan phạm" },
      ],
    });
  });

  test("that one person was given by the owner and another gave themselves is refused, too", () => {
    const mother = { id: "777000111222333444", names: ["Mẹ", "Nguyễn Thị Hoa"] };
    const impostor = { id: "777000111222333445", names: ["Kẻ lạ", "Mẹ"] };
    expect(find("Mẹ", [mother, impostor]).kind).toBe("ambiguous");
    expect(find("Mẹ", [mother])).toEqual(pinned(mother.id, "Mẹ"));
  });

  test.each([
    ["a zero-width space", "Lan\u200B Phạm"],
    ["a zero-width no-break space", "Lan\uFEFF Phạm"],
    ["a joiner between letters", "La\u200Dn Phạm"],
    ["a text direction mark", "\u202ELan Phạm"],
    ["a control character", "Lan\u0007 Phạm"],
    ["full-width letters", "Ｌan Phạm"],
  ])("never stands for who only looks the same by %s, and is refused beside them", (_how, disguise) => {
    const impostor = { id: "777000111222333444", names: [disguise] };
    const seen = { id: impostor.id, name: disguise };
    expect(find("Lan Phạm", [impostor])).toEqual({ kind: "unknown", lookalikes: [seen] });
    expect(find("Lan Phạm", [lan, impostor])).toEqual({
      kind: "ambiguous",
      holders: [{ id: lan.id, name: "Lan Phạm" }, seen],
    });
  });

  test("with invisible characters in it stands for nobody, even where somebody is called exactly that", () => {
    const odd = { id: "777000111222333444", names: ["Lan\u200B Phạm"] };
    expect(find("Lan\u200B Phạm", [odd]).kind).toBe("unknown");
  });

  test("may be called like a property of every object", () => {
    const groups = ["constructor", "__proto__", "toString", "hasOwnProperty"].map((name, index) => ({
      id: `70445192833007611${index}`,
      names: [name],
    }));
    for (const group of groups) {
      expect(find(group.names[0] ?? "", groups)).toEqual(pinned(group.id, group.names[0] ?? ""));
      expect(find(group.names[0] ?? "", [lan])).toEqual({ kind: "unknown", lookalikes: [] });
    }
  });

  test("listed twice under one id is one person", () => {
    expect(find("Lan Phạm", [lan, lan])).toEqual(pinned(lan.id, "Lan Phạm"));
  });

  test("of a crowd names only a handful in the report", () => {
    const crowd = Array.from({ length: 1000 }, (_, index) => ({ id: String(10_000 + index), names: ["Lan Phạm"] }));
    const answer = find("Lan Phạm", crowd);
    expect(answer.kind === "ambiguous" ? answer.holders.length : 0).toBe(5);
  });
});

describe("a name that was found before", () => {
  const pin = { id: lan.id, name: "Lan Phạm" };
  const renamed = { id: lan.id, names: ["Lan Trần"] };
  const impostor = { id: "777000111222333444", names: ["Lan Phạm"] };

  test("keeps its holder through a new name, and says so", () => {
    expect(find("Lan Phạm", [renamed], pin)).toEqual(pinned(lan.id, "Lan Phạm", { nowCalled: "Lan Trần" }));
  });

  test("does not go to the next who takes it", () => {
    expect(find("Lan Phạm", [renamed, impostor], pin)).toEqual(
      pinned(lan.id, "Lan Phạm", { nowCalled: "Lan Trần", rivals: [{ id: impostor.id, name: "Lan Phạm" }] }),
    );
    expect(find("Lan Phạm", [impostor], pin)).toEqual(
      pinned(lan.id, "Lan Phạm", { missing: true, rivals: [{ id: impostor.id, name: "Lan Phạm" }] }),
    );
  });

  test("is no longer ambiguous when a second one takes it", () => {
    expect(find("Lan Phạm", [lan, impostor], pin).kind).toBe("pinned");
  });
});

describe("for the eyes of the operator", () => {
  test("invisible characters are spelled out and quotes cannot be closed from inside", () => {
    expect(showName('Lan\u202E" (root)\u001B[31m\n')).toBe(`"Lan\\u{202e}' (root)\\u{1b}[31m"`);
  });

  test("emoji stay as they are, joiners and all", () => {
    for (const name of ["Gia đình 👨‍👩‍👧", "Lan ❤️", "Đội 🏴󠁧󠁢󠁥󠁮󠁧󠁿", "Cờ 🇻🇳"]) {
      expect(isDisguised(name)).toBe(false);
      expect(showName(name)).toBe(`"${name}"`);
    }
  });

  test("a name without end is cut", () => {
    expect(showName("ờ".repeat(5000)).length).toBeLessThan(70);
  });
});

describe("an entry of the config", () => {
  test.each([
    ["5120034498771203345", { kind: "id", id: "5120034498771203345" }],
    ["zalouser:user:5120034498771203345", { kind: "id", id: "5120034498771203345" }],
    [" zlu:5120034498771203345 ", { kind: "id", id: "5120034498771203345" }],
    ["*", { kind: "everybody" }],
    ["user:Lan Phạm", { kind: "name", name: "Lan Phạm" }],
    ["Lan Phạm".normalize("NFD"), { kind: "name", name: "Lan Phạm" }],
    ["group:5120034498771203345", { kind: "other" }],
    ["accessGroup:gia đình", { kind: "other" }],
    ["1234", { kind: "other" }],
    ["+84912345678", { kind: "other" }],
    ["", { kind: "other" }],
  ])("%j is read as %j", (typed, expected) => {
    expect(readListedEntry(typed, "user")).toEqual(expected);
  });

  test("a group's prefix is read in the list of groups", () => {
    expect(readListedEntry("zalouser:group:7044519283300761122", "group")).toEqual({
      kind: "id",
      id: "7044519283300761122",
    });
    expect(readListedEntry("group:Nhóm Làm Việc", "group")).toEqual({ kind: "name", name: "Nhóm Làm Việc" });
  });
});

describe("for any list of people", () => {
  // Few letters, so that names collide; the rest are the ways in which names differ without looking different.
  const letters = fc.constantFrom("a", "A", "ạ", "ạ".normalize("NFD"), "á", " ", "  ", "\u200B", "\u202E", "ａ", "😀");
  const name = fc.oneof(
    fc.array(letters, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("")),
    fc.constantFrom("constructor", "__proto__", "Lan Phạm", "Lan Phạm".normalize("NFD")),
    fc.string({ unit: "grapheme", maxLength: 6 }),
  );
  const holders = fc.uniqueArray(
    fc.record({ id: fc.integer({ min: 10_000, max: 10_030 }).map(String), names: fc.array(name, { maxLength: 2 }) }),
    { selector: ({ id }) => id, maxLength: 12 },
  );
  /** A plain reading of the rule, written apart from the code: NFC, blanks, letter case. */
  const plain = (text: string) =>
    text
      .normalize("NFC")
      .split(/[\p{White_Space}]/u)
      .filter((word) => word !== "")
      .join(" ")
      .toLowerCase()
      .normalize("NFC");

  test("nobody is let in but the only one whose name equals the entry", () => {
    fc.assert(
      fc.property(name, holders, (typed, list) => {
        const answer = find(typed, list);
        const equal = list.filter(({ names }) => names.some((own) => plain(own) === plain(typed)));
        if (answer.kind === "pinned") expect(equal.map(({ id }) => id)).toEqual([answer.id]);
        if (equal.length > 1 && !isDisguised(typed)) expect(answer.kind).toBe("ambiguous");
        if (equal.length === 0) expect(answer.kind).toBe("unknown");
      }),
      { numRuns: 3000 },
    );
  });

  test("no renaming, leaving or joining ever moves a pin", () => {
    fc.assert(
      fc.property(name, holders, fc.array(holders, { maxLength: 5 }), (typed, first, later) => {
        const start = find(typed, first);
        if (start.kind !== "pinned") return;
        let pin = start;
        for (const list of later) {
          const next = find(typed, list, pin);
          if (next.kind !== "pinned") throw new Error("The pin was lost.");
          expect(next.id).toBe(start.id);
          const now = list.find(({ id }) => id === start.id);
          expect(next.missing === true).toBe(now === undefined);
          const still = now?.names.some((own) => plain(own) === plain(typed)) === true;
          expect(next.nowCalled !== undefined).toBe(now !== undefined && !still);
          pin = next;
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("the order of the list decides nothing", () => {
    fc.assert(
      fc.property(name, holders, (typed, list) => {
        const [one, other] = [find(typed, list), find(typed, list.toReversed())];
        expect(other.kind).toBe(one.kind);
        if (one.kind === "pinned") expect(other).toEqual(one);
      }),
    );
  });

  test("a key is its own key, composed or not", () => {
    fc.assert(
      fc.property(name, (text) => {
        expect(nameKey(nameKey(text))).toBe(nameKey(text));
        expect(nameKey(text.normalize("NFD"))).toBe(nameKey(text.normalize("NFC")));
      }),
      { numRuns: 2000 },
    );
  });
});
