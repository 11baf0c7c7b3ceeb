import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openIntake } from "../../../src/channel/inbound/intake.ts";
import type { Journal } from "../../../src/channel/journal/journal.ts";
import type { JournalClaim } from "../../../src/channel/journal/records.ts";
import { lan as sender, me, notingHost } from "../inbound/rig.ts";
import { claimAll, family, huy, journalRig, lan, line, type JournalRig } from "./rig.ts";

const patience = { timeout: 20_000, interval: 20 };

let rig: JournalRig;

beforeEach(() => {
  rig = journalRig();
});
afterEach(() => rig.dispose());

/** The journal as the next process finds it: the one before was killed and closed nothing. */
const afterDeath = (): Journal => rig.open();
const deathsOf = (claims: readonly (JournalClaim | null)[]) => claims.map((claim) => claim?.metadata?.deaths ?? 0);

async function claimIn(journal: Journal, ...ids: string[]) {
  const claims: (JournalClaim | null)[] = [];
  for (const id of ids) claims.push(await journal.queue.claim(id));
  return claims;
}

describe("a row the process died over", () => {
  test("says at the next start how often, though nothing ever said that it failed", async () => {
    await rig.open().append(line("m:độc"));
    expect(deathsOf(await claimIn(afterDeath(), "m:độc"))).toEqual([0]);
    expect(deathsOf(await claimIn(afterDeath(), "m:độc"))).toEqual([1]);
    const [claim] = await claimIn(afterDeath(), "m:độc");
    expect(deathsOf([claim ?? null])).toEqual([2]);
    expect(claim?.attempts).toBe(0);
  });

  test("is forgiven what was before as soon as an attempt ends, well or not, and by an orderly end of the gateway", async () => {
    const ids = ["m:1", "m:2", "m:3", "m:4"];
    const lanes = [lan, huy, family, "user:7"];
    const first = rig.open();
    for (const [index, id] of ids.entries()) await first.append(line(id, { lane: lanes[index] ?? lan }));
    await claimIn(afterDeath(), ...ids);
    const second = afterDeath();
    const [failed, givenBack, stale] = await claimIn(second, ...ids);
    if (!failed || !givenBack || !stale) throw new Error("The rows were not handed out.");
    await second.queue.release(failed, { lastError: "bận" });
    await second.queue.release(givenBack, { recordAttempt: false });
    await second.queue.recoverStaleClaims({ shouldRecover: ({ id }) => id === "m:3" });
    second.close();
    expect(deathsOf(await claimIn(afterDeath(), ...ids))).toEqual([0, 0, 0, 0]);
  });

  test("twice is handled while no other such row is, so that none is blamed for its neighbor", async () => {
    const first = rig.open();
    for (const [id, lane] of [
      ["m:độc", lan],
      ["m:lành", huy],
    ] as const)
      await first.append(line(id, { lane }));
    for (let death = 0; death < 2; death += 1) expect(await claimAll(afterDeath())).toEqual(["m:độc", "m:lành"]);
    const third = afterDeath();
    await third.append(line("m:mới", { lane: family }));
    expect(await claimAll(third)).toEqual(["m:độc", "m:mới"]);
    expect(await claimIn(third, "m:lành")).toEqual([null]);
    const fourth = afterDeath();
    const [killer] = await claimIn(fourth, "m:độc");
    if (!killer) throw new Error("The row was not handed out.");
    expect(deathsOf([killer])).toEqual([3]);
    await fourth.queue.fail(killer, { reason: "gateway_died" });
    expect(deathsOf(await claimIn(fourth, "m:lành"))).toEqual([2]);
  });
});

describe("a line that kills the gateway", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "zalouser-độc-"));
    vi.stubEnv("OPENCLAW_STATE_DIR", folder);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });

  test("is given up on after three deaths, told to the operator, and the next message is answered", async () => {
    const raw = (text: string, msgId: string) =>
      JSON.stringify({
        threadId: sender,
        senderId: sender,
        toId: me,
        msgId,
        content: text,
        ts: "1795327700456",
        type: 0,
      });
    const lane = `user:${sender}`;
    const first = rig.open();
    await first.append(line("m:độc", { lane, raw: raw("câu chết người 🙂", "1") }));
    await first.append(line("m:sau", { lane, raw: raw("câu sau", "2") }));
    for (let death = 0; death < 3; death += 1) await claimIn(afterDeath(), "m:độc");
    const host = notingHost({ dmPolicy: "allowlist", allowFrom: [sender] });
    const journal = afterDeath();
    const identity = { uid: () => me, name: () => "Trợ lý", learn: () => {}, ready: async () => {} };
    const intake = openIntake(host.run, { journal, identity, onForeignReader: () => {} });
    await vi.waitFor(() => expect(host.given.map(({ message }) => message.rawBody)).toEqual(["câu sau"]), patience);
    await vi.waitFor(() => expect(journal.snapshot()).toMatchObject({ pending: 0, failed: 1 }), patience);
    expect(journal.snapshot().failures).toEqual([{ lane, atMs: expect.any(Number), reason: "gateway_died" }]);
    expect(host.errors).toEqual([expect.stringMatching(/gateway_died.*\[JOURNAL_UNHANDLED\]$/u)]);
    await intake.stop();
  });
});
