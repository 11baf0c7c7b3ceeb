import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openAccountState } from "../../../src/channel/account/state.ts";
import { admittedOnly } from "../../../src/channel/catchup/conversations.ts";
import { openCatchUp } from "../../../src/channel/catchup/open.ts";
import { openJournal, type Journal } from "../../../src/channel/journal/journal.ts";
import type { ListenerExit } from "../../../src/supervisor/index.ts";
import { fakeClock } from "../../fakes/clock.ts";
import { hostRun } from "../../fakes/host.ts";
import { scriptedZca, type ScriptedZca } from "../../fixtures/scripted-zca.ts";

const own = "3300912847765512008";
const friend = "5120034498771203345";
const family = "7044519283300761122";
const settings = { dmPolicy: "allowlist", allowFrom: [friend], groupPolicy: "allowlist", groups: { [family]: {} } };

let folder: string;
let scripted: ScriptedZca;
let journal: Journal;
const clock = fakeClock();
const run = hostRun({ channels: { zalouser: settings } }, { ownId: own });
const recall = (lane: string) =>
  journal.append({ id: `m:${lane}`, altKeys: [], lane, payload: { version: 1, origin: "stream", raw: "{}" } });

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "zalouser-đông-"));
  vi.stubEnv("OPENCLAW_STATE_DIR", folder);
  vi.stubEnv("OPENZCA_HOME", path.join(folder, "zca"));
  scripted = scriptedZca({ stdout: JSON.stringify({ messages: [] }) });
  journal = openJournal({ accountId: "default", file: path.join(folder, "journal.sqlite"), clock });
});
afterEach(() => {
  journal.close();
  scripted.dispose();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test("a friend's missed messages are read back, though a thousand groups nobody admitted were busier since", async () => {
  const catchUp = openCatchUp({
    run,
    state: openAccountState("default"),
    zca: scripted.zca,
    journal,
    intake: { acceptHistory: async () => true },
    clock,
    pauseFor: async () => ({ kind: "refused" }),
  });
  const listener = () => {
    const { promise, resolve } = Promise.withResolvers<ListenerExit>();
    return { handle: { exited: promise, stop: async () => resolve({ kind: "closed", detail: "hết" }) }, resolve };
  };
  const first = listener();
  const heard = catchUp.listen(() => first.handle);
  await clock.advance(1_000);
  catchUp.note({ kind: "lifecycle", event: "connected" });
  await recall(`user:${friend}`);
  await clock.advance(60_000);
  for (let group = 0; group < 1_000; group += 1) void recall(`group:${7_044_519_283_300_000 + group}`);
  await recall("group:70445");
  first.resolve({ kind: "crash", detail: "crash" });
  await heard.exited;
  await clock.advance(3_600_000);
  const second = listener();
  const again = catchUp.listen(() => second.handle);
  await vi.waitFor(
    () => expect(scripted.calls().map(({ args }) => args)).toEqual([expect.arrayContaining([friend])]),
    20_000,
  );
  await catchUp.close();
  await again.stop(0);
});

test("people nobody asked the host about are counted, never left out in silence", async () => {
  const strangers = Array.from({ length: 5 }, (_, index) => ({ lane: `user:${880_000 + index}`, lastAtMs: 9 }));
  const crowd = [...strangers, { lane: `user:${friend}`, lastAtMs: 1 }, { lane: `group:${family}`, lastAtMs: 1 }];
  const lanes = async (most?: number) => {
    const { admitted, unjudged } = await admittedOnly(run, crowd, most);
    return [admitted.map(({ lane }) => lane), unjudged];
  };
  expect(await lanes()).toEqual([[`user:${friend}`, `group:${family}`], 0]);
  expect(await lanes(5)).toEqual([[`group:${family}`], 1]);
});
