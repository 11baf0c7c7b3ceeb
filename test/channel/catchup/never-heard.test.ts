import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openAccountState } from "../../../src/channel/account/state.ts";
import { catchUpCounts, describeUncovered, noCounts } from "../../../src/channel/catchup/counts.ts";
import { openCatchUp } from "../../../src/channel/catchup/open.ts";
import type { HistoryLine } from "../../../src/channel/inbound/intake.ts";
import { openJournal, type Journal } from "../../../src/channel/journal/journal.ts";
import type { ListenerExit } from "../../../src/supervisor/index.ts";
import { fakeClock } from "../../fakes/clock.ts";
import { hostRun } from "../../fakes/host.ts";
import { scriptedZca, type ScriptedZca } from "../../fixtures/scripted-zca.ts";

const own = "3300912847765512008";
const family = Array.from({ length: 7 }, (_, index) => `51200344987712033${40 + index}`);
const minuteMs = 60_000;

let folder: string;
let scripted: ScriptedZca;
let journal: Journal;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "zalouser-chưa-từng-"));
  vi.stubEnv("OPENCLAW_STATE_DIR", folder);
  vi.stubEnv("OPENZCA_HOME", path.join(folder, "zca"));
});
afterEach(() => {
  journal.close();
  scripted.dispose();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** An account that listened for an hour, fell silent for a while and starts again. */
async function afterGap(gapMs: number, settings: object, stdout: object) {
  const accountId = "default";
  const before = catchUpCounts(accountId);
  const clock = fakeClock();
  scripted = scriptedZca({ stdout: JSON.stringify(stdout) });
  journal = openJournal({ accountId, file: path.join(folder, "journal.sqlite"), clock });
  const taken: HistoryLine[] = [];
  const catchUp = openCatchUp({
    run: hostRun({ channels: { zalouser: settings } }, { ownId: own }),
    state: openAccountState(accountId),
    zca: scripted.zca,
    journal,
    intake: { acceptHistory: async (line) => taken.push(line) > 0 },
    clock,
    pauseFor: async () => ({ kind: "refused" }),
  });
  const life = Promise.withResolvers<ListenerExit>();
  const first = catchUp.listen(() => ({ exited: life.promise, stop: async () => {} }));
  await clock.advance(1_000);
  catchUp.note({ kind: "lifecycle", event: "connected" });
  await clock.advance(minuteMs);
  catchUp.note({ kind: "lifecycle", event: "heartbeat" });
  life.resolve({ kind: "crash", detail: "hết" });
  await first.exited;
  await clock.advance(gapMs);
  const again = Promise.withResolvers<void>();
  const second = catchUp.listen(() => {
    again.resolve();
    return { exited: Promise.withResolvers<ListenerExit>().promise, stop: async () => {} };
  });
  void second;
  await again.promise;
  const asked = scripted.calls().map(({ args }) => family.find((id) => args.includes(id)));
  await catchUp.close();
  const { read, partial, found, neverWrote } = catchUpCounts(accountId);
  const counts = {
    read: read - before.read,
    partial: partial - before.partial,
    found: found - before.found,
    neverWrote,
  };
  return { asked, taken, counts };
}

test("somebody the settings let in who never wrote is read back after a gap: the first message is not lost", async () => {
  const [an = ""] = family;
  const row = {
    msgId: "6921045577001",
    cliMsgId: "1795327700001",
    threadId: an,
    senderId: an,
    senderName: "Nguyễn Thị An",
    ts: String(Date.UTC(2026, 10, 22, 0, 30)),
    msgType: "webchat",
    content: "Chào anh, em là An 🙂",
  };
  const { asked, taken, counts } = await afterGap(60 * minuteMs, { allowFrom: [an] }, { messages: [row] });
  expect(asked).toEqual([an]);
  expect(taken.map(({ lane, contextOnly }) => [lane, contextOnly])).toEqual([[`user:${an}`, false]]);
  // Where nobody ever wrote, a short list is no list with holes.
  expect(counts).toEqual({ read: 1, partial: 0, found: 1, neverWrote: 0 });
});

test("of many such people the first five are read back, and status counts the others with the path to change", async () => {
  const { asked, counts } = await afterGap(60 * minuteMs, { allowFrom: [own, ...family] }, { messages: [] });
  expect(asked).toEqual(family.slice(0, 5));
  expect(counts).toEqual({ read: 5, partial: 0, found: 0, neverWrote: 2 });
  expect(describeUncovered({ ...noCounts, ...counts }, "channels.zalouser").join(" ")).toContain(
    "2 person(s) of channels.zalouser.allowFrom never wrote before",
  );
});

test("a renewal of the connection costs no login for people who never wrote", async () => {
  const { asked, counts } = await afterGap(3_000, { allowFrom: family }, { messages: [] });
  expect(asked).toEqual([]);
  expect(counts.neverWrote).toBe(0);
});
