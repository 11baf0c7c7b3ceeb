import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { SendAttempt } from "../../../src/channel/outbound/ledger-entry.ts";
import { openSendLedger, type SendLedger } from "../../../src/channel/outbound/send-ledger.ts";
import { openDatabase } from "../../../src/channel/store/database.ts";
import { textPrint } from "../../../src/channel/outbound/send-print.ts";

const day = 24 * 60 * 60_000;
const thread = "user:5120034498771203345";

describe("the record of sends", () => {
  let folder: string;
  let file: string;
  let nowMs: number;
  let troubles: string[];
  const opened: SendLedger[] = [];

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "zalouser-ledger-"));
    file = path.join(folder, "tài khoản", "sends.sqlite");
    nowMs = Date.UTC(2026, 10, 22);
    troubles = [];
  });

  afterEach(() => {
    for (const ledger of opened.splice(0)) ledger.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const open = () => {
    const ledger = openSendLedger({ file, now: () => nowMs, onTrouble: (what) => troubles.push(what) });
    opened.push(ledger);
    return ledger;
  };
  const attempt = (changes: Partial<SendAttempt> = {}): SendAttempt => {
    const { kind, hash } = textPrint("mai họp lúc 9h nhé 🙂");
    return { delivery: "d1", unit: 0, part: 0, parts: 2, thread, kind, hash, ...changes };
  };

  test("outlives the gateway, tells one run from the next and knows its own messages", () => {
    const before = open();
    const first = before.begin(attempt());
    before.end(first, { kind: "sent", messageIds: ["7654321000001"] });
    before.begin(attempt({ part: 1 }));
    before.close();
    nowMs += 5_000;
    const after = open();
    expect(after.ofDelivery("d1").map(({ part, state, run }) => [part, state, run === after.run])).toEqual([
      [0, "sent", false],
      [1, "started", false],
    ]);
    expect(after.isOurs("7654321000001", "5120034498771203345")).toBe(true);
    expect(after.isOurs("7654321000001", "8891200345671123490")).toBe(false);
    expect(after.isOurs("7654321000002", "5120034498771203345")).toBe(false);
    expect(after.open(0, thread)).toHaveLength(1);
    expect([after.isComplete(nowMs - 5_000), after.isComplete(nowMs - 5_001)]).toEqual([true, false]);
    expect(troubles).toEqual([]);
  });

  test("holds no word of what was said, in private files", () => {
    const ledger = open();
    ledger.end(ledger.begin(attempt()), { kind: "unknown" });
    const names = readdirSync(path.dirname(file));
    const bytes = Buffer.concat(names.map((name) => readFileSync(path.join(path.dirname(file), name))));
    expect(bytes.includes(Buffer.from("họp"))).toBe(false);
    for (const name of names) expect(statSync(path.join(path.dirname(file), name)).mode & 0o077).toBe(0);
    expect(statSync(path.dirname(file)).mode & 0o777).toBe(0o700);
  });

  test("a later look settles an attempt without moving its end", () => {
    const ledger = open();
    const entry = ledger.begin(attempt());
    nowMs += 45_000;
    ledger.end(entry, { kind: "unknown" });
    nowMs += 60_000;
    ledger.end(entry, { kind: "sent", messageIds: ["7654321000009"] });
    expect(ledger.find(entry.id)).toMatchObject({ state: "sent", endedAtMs: entry.startedAtMs + 45_000 });
  });

  test("forgets what is older than 30 days", () => {
    const ledger = open();
    ledger.end(ledger.begin(attempt()), { kind: "sent", messageIds: ["1"] });
    ledger.close();
    nowMs += 30 * day + 1;
    const later = open();
    expect(later.ofDelivery("d1")).toEqual([]);
    expect(later.isOurs("1", "5120034498771203345")).toBe(false);
  });

  test("a folder that cannot be written stops no send: memory takes over, status says so, the file gets it later", () => {
    writeFileSync(path.join(folder, "tài khoản"), "không phải thư mục");
    const ledger = open();
    const entry = ledger.begin(attempt());
    ledger.end(entry, { kind: "sent", messageIds: ["7654321000001"] });
    expect(ledger.trouble()).toMatch(/cannot be written/);
    expect(troubles).toHaveLength(1);
    expect(ledger.isOurs("7654321000001", "5120034498771203345")).toBe(true);
    rmSync(path.join(folder, "tài khoản"));
    nowMs += 30_000;
    ledger.begin(attempt({ part: 1 }));
    expect(ledger.trouble()).toBeUndefined();
    ledger.close();
    expect(open().ofDelivery("d1")).toHaveLength(2);
  });

  test("after entries that never reached the file, a missing entry proves nothing", () => {
    open().begin(attempt());
    opened.splice(0)[0]?.close();
    rmSync(`${file}.complete`);
    nowMs += 1_000;
    const ledger = open();
    expect([ledger.isComplete(nowMs - 1), ledger.isComplete(nowMs)]).toEqual([false, true]);
  });

  test("a record that was deleted, or was never there, knows nothing of before, however often it is opened", () => {
    open().begin(attempt());
    opened.splice(0)[0]?.close();
    for (const suffix of ["", "-wal", "-shm", ".complete"]) rmSync(file + suffix, { force: true });
    nowMs += 1_000;
    const beganMs = nowMs;
    for (let run = 0; run < 3; run += 1) {
      const ledger = open();
      expect([ledger.isComplete(beganMs - 1), ledger.isComplete(beganMs)]).toEqual([false, true]);
      ledger.close();
      nowMs += 1_000;
    }
    writeFileSync(`${file}.complete`, "không phải số");
    expect([open().isComplete(nowMs - 1), open().isComplete(nowMs)]).toEqual([false, true]);
  });

  test("a record that cannot be opened at all claims nothing", () => {
    mkdirSync(file, { recursive: true });
    const ledger = open();
    expect(ledger.trouble()).toMatch(/cannot be written/);
    expect(ledger.isComplete(nowMs - 1)).toBe(false);
  });

  test("knows whether anything went to a conversation outside of a delivery", () => {
    const ledger = open();
    const anonymous = ledger.begin(attempt({ delivery: undefined }));
    ledger.begin(attempt());
    expect(ledger.hasAnonymous(thread, nowMs)).toBe(true);
    expect(ledger.hasAnonymous(thread, nowMs + 1)).toBe(false);
    expect(ledger.hasAnonymous("group:5120034498771203345", 0)).toBe(false);
    ledger.end(anonymous, { kind: "unsent" });
    expect(ledger.hasAnonymous(thread, 0)).toBe(false);
  });

  test("what comes in after it was given up for another person's is not written into theirs", () => {
    const former = open();
    const late = former.begin(attempt());
    former.retire();
    for (const suffix of ["", "-wal", "-shm", ".complete"]) rmSync(file + suffix, { force: true });
    const theirs = open();
    former.end(late, { kind: "sent", messageIds: ["7654321000001"] });
    expect(theirs.ofDelivery("d1")).toEqual([]);
    expect(theirs.isOurs("7654321000001", "5120034498771203345")).toBe(false);
  });

  test("an outcome that comes after the end of the gateway is still written down", () => {
    const ledger = open();
    const late = ledger.begin(attempt());
    ledger.close();
    ledger.end(late, { kind: "unknown" });
    ledger.close();
    expect(open().ofDelivery("d1")).toMatchObject([{ state: "unknown" }]);
  });

  test("a damaged file is set aside and a new one begun", () => {
    mkdirSync(path.dirname(file), { mode: 0o700 });
    writeFileSync(file, "đây không phải cơ sở dữ liệu ".repeat(500));
    const ledger = open();
    ledger.begin(attempt());
    expect(ledger.ofDelivery("d1")).toHaveLength(1);
    expect(troubles.join()).toMatch(/damaged/);
    expect(ledger.isComplete(nowMs - 1)).toBe(false);
    expect(existsSync(file)).toBe(true);
    ledger.close();
    nowMs += 60_000;
    expect([open().isComplete(nowMs - 60_001), open().isComplete(nowMs - 60_000)]).toEqual([false, true]);
  });

  test("a disk that fills up in the middle keeps what was known and marks the gap", () => {
    const databases: ReturnType<typeof openDatabase>["db"][] = [];
    const openFile: typeof openDatabase = (...args) => {
      const result = openDatabase(...args);
      databases.push(result.db);
      return result;
    };
    const ledger = openSendLedger({ file, now: () => nowMs, openFile });
    opened.push(ledger);
    const entry = ledger.begin(attempt());
    // The file may not grow any more, which SQLite reports like a full disk.
    databases[0]?.exec("PRAGMA max_page_count = 1");
    ledger.end(entry, { kind: "unknown" });
    for (let part = 0; part < 200; part += 1) ledger.begin(attempt({ delivery: `d${part + 2}`, part: 1 }));
    expect(ledger.trouble()).toMatch(/full/);
    expect(ledger.find(entry.id)?.state).toBe("unknown");
    expect(ledger.ofDelivery("d150")).toHaveLength(1);
    expect(existsSync(`${file}.complete`)).toBe(false);
  });
});
