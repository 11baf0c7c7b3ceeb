import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { readChannelAllowFromStore } from "openclaw/plugin-sdk/channel-pairing";
import { openAccountState } from "../../src/channel/account/state.ts";
import { createHostileRig, lan, me, patience, type HostileRig } from "./rig.ts";

const strangers = Array.from({ length: 1000 }, (_, index) => String(6_000_000_000_000_000_000n + BigInt(index)));

describe("a thousand strangers write at once", () => {
  let rig: HostileRig;

  beforeEach(() => {
    rig = createHostileRig();
    rig.world.addPerson({ uid: lan, displayName: "Lan Phạm" });
    // The first ones are real enough to be answered; of the rest only the number matters.
    for (const uid of strangers.slice(0, 20)) rig.world.addPerson({ uid, displayName: "Người lạ" });
    rig.settings = { dmPolicy: "pairing", allowFrom: [lan] };
    rig.logIn();
  });

  afterEach(() => rig.dispose());

  const sent = () => rig.world.messages().filter(({ from }) => from === me);

  test("three get a code, a friend is answered all the same, and status says why the rest got none", async () => {
    rig.answer = async ({ text }) => `đã nghe: ${text}`;
    await rig.during(async () => {
      rig.world.sayAll(strangers.map((from, index) => ({ from, to: me, text: `cho tôi vào, lần ${index}` })));
      rig.world.say({ from: lan, to: me, text: "giữa trận lụt" });
      await vi.waitFor(() => expect(sent().map(({ text }) => text)).toContain("đã nghe: giữa trận lụt"), {
        ...patience,
        timeout: 90_000,
      });
      await vi.waitFor(() => expect(rig.details().pairingFlood).toMatchObject({ full: 997, people: 997 }), {
        ...patience,
        timeout: 90_000,
      });
      await vi.waitFor(() => expect(sent().filter(({ text }) => /pairing/iu.test(text))).toHaveLength(3), patience);
    });
    expect(sent()).toHaveLength(4);
    expect(rig.turns.map(({ text }) => text)).toEqual(["giữa trận lụt"]);
    const seen = await rig.visible();
    expect(seen).toContain("Pairing flood: since ");
    expect(seen).toContain("openclaw pairing list zalouser --account default");
    expect(seen).toContain('channels.zalouser.dmPolicy to \\"allowlist\\"');
    // Told once, counted ever after.
    expect(rig.logs.filter((line) => line.includes("Pairing flood"))).toHaveLength(1);
    // Nothing of the flood pushed the one real message out of what status remembers.
    const { decisions } = rig.details();
    expect(decisions).toContainEqual(expect.objectContaining({ senderId: lan, result: "admitted" }));
    expect(decisions).toContainEqual(
      expect.objectContaining({ reason: "pairing_full", configPath: "channels.zalouser.dmPolicy" }),
    );
    expect(decisions.length).toBeLessThanOrEqual(50);
    expect(await readChannelAllowFromStore("zalouser", process.env, "default")).toEqual([]);
    // What is kept about them on disk is bounded, too.
    const file = path.join(openAccountState("default").folder, "pairing.json");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ senderIds: [] });
  }, 240_000);
});
