import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as fc from "fast-check";
import { openKeptContext, type KeptContext } from "../../../src/channel/inbound/kept-context.ts";
import { keptWithoutIds } from "./rig.ts";

const family = "agent:main:zalouser:group:7044519283300761122";
const work = "agent:main:zalouser:group:7044519283300761199";
const limit = 50;

let folder: string;
let file: string;
let nowMs: number;
let troubles: string[];
const opened: KeptContext[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "zalouser-ngữ cảnh-"));
  file = path.join(folder, "context.sqlite");
  nowMs = Date.UTC(2026, 10, 22);
  troubles = [];
});
afterEach(() => {
  for (const context of opened.splice(0)) context.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(where: string | undefined = file): KeptContext {
  const context = openKeptContext({ file: where, now: () => nowMs, onTrouble: (what) => troubles.push(what) });
  opened.push(context);
  return context;
}

const huy = "8891200345671123490";
const lan = "5120034498771203345";
const line = (body: string, eventKey = body) => ({
  eventKey,
  senderId: huy,
  sender: "Huy Đặng",
  body,
  timestamp: nowMs,
});
const bodies = (context: KeptContext, conversation = family, most = limit) =>
  context.of(conversation, most).map(({ body }) => body);
const onDisk = () =>
  readdirSync(folder)
    .map((name) => readFileSync(path.join(folder, name)).toString("utf8"))
    .join("");

describe("what was said in a conversation", () => {
  test("is known after a restart, in order, with who said it and when", () => {
    const before = open();
    before.add(family, [{ ...line("tối nay ăn gì? 🍜"), messageId: "6921045577310" }], limit);
    before.add(family, [line("phở nhé")], limit);
    before.add(work, [line("họp lúc 9h")], limit);
    before.close();
    const after = open();
    expect(after.of(family, limit)).toEqual([
      { sender: "Huy Đặng", body: "tối nay ăn gì? 🍜", timestamp: nowMs, messageId: "6921045577310" },
      { sender: "Huy Đặng", body: "phở nhé", timestamp: nowMs },
    ]);
    expect(bodies(after, work)).toEqual(["họp lúc 9h"]);
  });

  test("is kept once when a message comes again", () => {
    const context = open();
    for (let time = 0; time < 2; time += 1) context.add(family, [line("một"), line("hai")], limit);
    expect(bodies(context)).toEqual(["một", "hai"]);
  });

  test("is bounded by the limit, and gone when the operator wants none", () => {
    const context = open();
    for (let index = 1; index <= 9; index += 1) context.add(family, [line(`câu ${index}`)], 3);
    expect(bodies(context)).toEqual(["câu 7", "câu 8", "câu 9"]);
    expect(bodies(context, family, 2)).toEqual(["câu 8", "câu 9"]);
    context.add(family, [line("câu 10")], 0);
    expect(bodies(context)).toEqual([]);
  });

  test("is forgotten after three days, on the disk as well", () => {
    const context = open();
    context.add(family, [line("bí mật của Huy")], limit);
    nowMs += 3 * 24 * 60 * 60_000 + 1;
    expect(bodies(context)).toEqual([]);
    context.close();
    open().close();
    expect(onDisk()).not.toContain("bí mật của Huy");
  });

  test("is cut where one line is longer than anybody writes, never inside a character", () => {
    const context = open();
    context.add(family, [line("🙂".repeat(5_000))], limit);
    const [body = ""] = bodies(context);
    expect(body.length).toBeLessThan(4_100);
    expect(body.isWellFormed()).toBe(true);
  });

  test("lies in a file nobody else may read", () => {
    open().add(family, [line("riêng tư")], limit);
    for (const name of readdirSync(folder)) expect(statSync(path.join(folder, name)).mode & 0o077).toBe(0);
  });
});

describe("who said it", () => {
  const byLan = (body: string) => ({ ...line(body), senderId: lan, sender: "Huy Đặng" });

  test("is known by id, after a restart, too; one of them can be forgotten, on the disk as well", () => {
    const before = open();
    before.add(family, [line("phở nhé"), byLan("bí mật của Lan"), line("hay bún chả?")], limit);
    before.add(work, [byLan("họp lúc 9h")], limit);
    before.close();
    const after = open();
    expect(after.speakers(family)).toEqual([huy, lan]);
    after.forget(family, lan);
    expect(after.speakers(family)).toEqual([huy]);
    expect(bodies(after)).toEqual(["phở nhé", "hay bún chả?"]);
    expect(bodies(after, work)).toEqual(["họp lúc 9h"]);
    expect(onDisk()).not.toContain("bí mật của Lan");
  });

  test("is not known of what was kept before ids were, which stays readable and can be forgotten apart", () => {
    keptWithoutIds(file, family, "câu từ bản cũ", nowMs);
    const context = open();
    context.add(family, [line("câu mới")], limit);
    expect(bodies(context)).toEqual(["câu từ bản cũ", "câu mới"]);
    expect(context.speakers(family)).toEqual([undefined, huy]);
    context.forget(family, undefined);
    expect(bodies(context)).toEqual(["câu mới"]);
    expect(troubles).toEqual([]);
  });
});

describe("what a turn takes along", () => {
  test("is nobody else's meanwhile, and is erased once the host has the turn", () => {
    const context = open();
    context.add(family, [line("bí mật một")], limit);
    const loan = context.lend(family, limit);
    context.add(family, [line("hai")], limit);
    expect(loan.lines.map(({ body }) => body)).toEqual(["bí mật một"]);
    expect(bodies(context)).toEqual(["hai"]);
    loan.settle();
    loan.giveBack();
    expect(bodies(context)).toEqual(["hai"]);
    expect(onDisk()).not.toContain("bí mật một");
  });

  test("comes before what was said since when the turn did not come about", () => {
    const context = open();
    context.add(family, [line("một")], limit);
    const loan = context.lend(family, limit);
    context.add(family, [line("hai")], limit);
    loan.giveBack();
    expect(bodies(context)).toEqual(["một", "hai"]);
  });

  test("is there for the next turn after a crash before the host had it", () => {
    const crashed = open();
    crashed.add(family, [line("một")], limit);
    crashed.lend(family, limit);
    expect(bodies(open())).toEqual(["một"]);
  });

  test("does nothing any more when its account has ended", () => {
    const context = open();
    context.add(family, [line("một")], limit);
    const loan = context.lend(family, limit);
    context.close();
    loan.settle();
    expect(bodies(context)).toEqual([]);
    expect(bodies(open())).toEqual(["một"]);
  });
});

describe("trouble with the disk", () => {
  test("costs what was kept, never the account: a file that is none is replaced, and not kept beside it", () => {
    writeFileSync(file, "không phải cơ sở dữ liệu ".repeat(400));
    const context = open();
    context.add(family, [line("một")], limit);
    expect(bodies(context)).toEqual(["một"]);
    expect(readdirSync(folder).filter((name) => name.includes("damaged"))).toEqual([]);
    expect(troubles).toEqual([]);
  });

  test("is told, and memory takes over", () => {
    const blocked = path.join(folder, "không phải thư mục");
    writeFileSync(blocked, "");
    const context = open(path.join(blocked, "context.sqlite"));
    context.add(family, [line("một")], limit);
    expect(bodies(context)).toEqual(["một"]);
    expect(troubles).toEqual([expect.stringContaining("memory only")]);
  });

  test("in the middle of a run is told, and what is said from then on is kept", () => {
    const context = open();
    context.add(family, [line("một")], limit);
    for (const name of readdirSync(folder)) writeFileSync(path.join(folder, name), "hỏng ".repeat(2_000));
    chmodSync(file, 0o600);
    context.add(family, [line("hai"), line("ba")], limit);
    expect(bodies(context).slice(-2)).toEqual(["hai", "ba"]);
  });
});

test("whatever is added, lent, settled and given back: nothing is told twice, and nothing that was not told is lost", () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant("add" as const), count: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ kind: fc.constantFrom("tell" as const, "fail" as const, "restart" as const) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      rmSync(file, { force: true });
      let context = open();
      let said = 0;
      const told: string[] = [];
      for (const taken of steps) {
        if (taken.kind === "add") {
          for (let index = 0; index < taken.count; index += 1) context.add(family, [line(`câu ${said++}`)], 1_000);
        } else if (taken.kind === "restart") {
          context.lend(family, 1_000);
          context.close();
          context = open();
        } else {
          const loan = context.lend(family, 1_000);
          if (taken.kind === "tell") told.push(...loan.lines.map(({ body }) => body));
          if (taken.kind === "tell") loan.settle();
          else loan.giveBack();
        }
      }
      told.push(...bodies(context, family, 1_000));
      context.close();
      for (const name of readdirSync(folder)) rmSync(path.join(folder, name));
      expect(told).toEqual(Array.from({ length: said }, (_, index) => `câu ${index}`));
    }),
    { numRuns: 40 },
  );
});
