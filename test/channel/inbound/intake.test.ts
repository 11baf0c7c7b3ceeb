import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openIntake, type Intake } from "../../../src/channel/inbound/intake.ts";
import type { Journal } from "../../../src/channel/journal/journal.ts";
import { readLine } from "../../../src/zca/listen/protocol.ts";
import { journalRig, type JournalRig } from "../journal/rig.ts";
import { lan, me, notingHost, type NotingHost } from "./rig.ts";

const patience = { timeout: 20_000, interval: 20 };
const silent = { uid: () => me, name: () => "Trợ lý", learn: () => {}, ready: async () => {} };

let folder: string;
let disk: JournalRig;
let rig: NotingHost;
let journal: Journal;
let intake: Intake;
let broken: boolean;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "zalouser-nhận-"));
  vi.stubEnv("OPENCLAW_STATE_DIR", folder);
  disk = journalRig();
  rig = notingHost({ dmPolicy: "allowlist", allowFrom: [lan] });
  broken = true;
  const working = disk.open();
  journal = {
    ...working,
    append: async (line) => (broken ? Promise.reject(new Error("disk image is malformed")) : working.append(line)),
  };
  intake = openIntake(rig.run, { journal, identity: silent, onForeignReader: () => {} });
});
afterEach(async () => {
  await intake.stop();
  disk.dispose();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

function message(text: string, msgId = "6921045577310") {
  const line = readLine(
    JSON.stringify({ threadId: lan, senderId: lan, toId: me, msgId, content: text, ts: "1795327700456", type: 0 }),
  );
  if (line.kind !== "message") throw new Error(`This is no message: ${line.kind}`);
  return line;
}

const texts = () => rig.given.map(({ message: { rawBody } }) => rawBody);
const duplicates = () => rig.run.activity.snapshot().decisions.filter(({ reason }) => reason === "duplicate").length;

describe("a message the journal cannot take at all", () => {
  test("is handled all the same, and said to be at risk instead of being called a duplicate", async () => {
    const before = duplicates();
    await intake.accept(message("đĩa hỏng rồi 🙂"));
    await vi.waitFor(() => expect(texts()).toEqual(["đĩa hỏng rồi 🙂"]), patience);
    expect(duplicates()).toBe(before);
    expect(rig.errors).toEqual([expect.stringMatching(/"default".*malformed.*crash.*\[JOURNAL_UNWRITABLE\]$/u)]);
  });

  test("is handled once, however often it comes, and stays known when the journal works again", async () => {
    await intake.accept(message("một lần thôi"));
    await intake.accept(message("một lần thôi"));
    await vi.waitFor(() => expect(texts()).toEqual(["một lần thôi"]), patience);
    await vi.waitFor(() => expect(journal.knows([message("").id])).toBe(true), patience);
    broken = false;
    await intake.accept(message("một lần thôi"));
    await intake.accept(message("tin mới", "6921045577311"));
    await vi.waitFor(() => expect(texts()).toEqual(["một lần thôi", "tin mới"]), patience);
  });

  test("obeys the rules all the same", async () => {
    const stranger = "4400912847765512999";
    const theirs = JSON.stringify({ threadId: stranger, senderId: stranger, toId: me, msgId: "1", content: "mở cửa" });
    const line = readLine(theirs);
    if (line.kind === "message") await intake.accept(line);
    await intake.accept(message("người quen"));
    await vi.waitFor(() => expect(texts()).toEqual(["người quen"]), patience);
  });

  test("is not handled any more once the account stops, and that is said", async () => {
    await intake.stop();
    await intake.accept(message("muộn rồi"));
    expect(rig.errors).toEqual([expect.stringMatching(/stopping, and it was not handled/u)]);
    expect(texts()).toEqual([]);
  });

  test("of the history is not taken for known: it is read back once more", async () => {
    const { id, altKeys, lane, raw } = message("hôm qua");
    expect(await intake.acceptHistory({ id, altKeys, lane, raw, contextOnly: false })).toBe(false);
    expect(journal.knows([id, ...altKeys])).toBe(false);
    expect(texts()).toEqual([]);
  });
});
