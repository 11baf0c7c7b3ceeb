import { describe, expect, test } from "vitest";
import { isListedAccount, resolveAccount, type ResolvedAccount } from "../../src/channel/account/accounts.ts";
import { lastGood } from "../../src/channel/operate/account-memory.ts";
import { untilMended, watchSettings } from "../../src/channel/operate/settings-watch.ts";
import { fakeClock, settle } from "../fakes/clock.ts";

const account = (zalouser: object, id = "work"): ResolvedAccount => resolveAccount({ channels: { zalouser } }, id);

function watched(before: object, after: object, id = "work"): Promise<number> {
  const clock = fakeClock();
  let config = before;
  let changes = 0;
  const onChange = () => void (changes += 1);
  const isListed = () => isListedAccount({ channels: { zalouser: config } }, id);
  const current = () => account(config, id);
  const end = watchSettings({ account: account(before, id), current, isListed, clock, onChange });
  return (
    clock
      .advance(5_000)
      .then(() => expect(changes).toBe(0))
      .then(() => {
        config = after;
        return clock.advance(5_000);
      })
      // The host has its time to restart the account by itself.
      .then(() => expect(changes).toBe(0))
      .then(() => clock.advance(5_000))
      .then(() => {
        end();
        expect(clock.pending).toBe(0);
        return changes;
      })
  );
}

describe("a running account", () => {
  const base = { profile: "chinh", accounts: { work: {}, zalo2: {} } };

  test.each<[string, object, object, number]>([
    ["goes on when rules change", base, { ...base, groupPolicy: "disabled", allowFrom: ["1"] }, 0],
    [
      "goes on when another account comes that concerns it not",
      base,
      { ...base, accounts: { work: {}, zalo2: {}, zalo3: {} } },
      0,
    ],
    [
      "starts anew when another account becomes the default one, and takes its profile away",
      base,
      { ...base, accounts: { alpha: {}, work: {}, zalo2: {} } },
      1,
    ],
    [
      "starts anew when another account claims its profile",
      base,
      { ...base, accounts: { work: {}, zalo2: { profile: "chinh" } } },
      1,
    ],
    [
      "starts anew when an id in its rules has lost digits",
      base,
      { ...base, allowFrom: [Number("5120034498771203345")] },
      1,
    ],
  ])("%s", async (_what, before, after, changes) => {
    expect(await watched(before, after)).toBe(changes);
  });

  test("on the root settings notices that the first entry of accounts has made it none of the accounts", async () => {
    const root = { dmPolicy: "pairing", name: "Cửa hàng Bảo An" };
    expect(await watched(root, { ...root, accounts: { shop: {} } }, "default")).toBe(1);
    expect(await watched(root, { ...root, defaultAccount: "default", accounts: { shop: {} } }, "default")).toBe(0);
    expect(await watched(root, { ...root, accounts: { shop: {}, default: {} } }, "default")).toBe(0);
  });

  test("never judges by a config with a fault, not even until it is stopped over it", () => {
    const good = account({ allowFrom: ["5120034498771203345"] });
    const bad = account({ allowFrom: [Number("5120034498771203345")] });
    let now = good;
    const current = lastGood(good, () => now);
    now = bad;
    expect(current()).toBe(good);
    now = account({ allowFrom: ["5120034498771203346"] });
    expect(current()).toBe(now);
  });
});

describe("an account that must not start", () => {
  const shared = { accounts: { work: {}, shop: { profile: "work" } } };

  test("waits until the config is mended, wherever that is", async () => {
    const clock = fakeClock();
    let config: object = shared;
    let mended = false;
    const waiting = untilMended({ clock, current: () => account(config) }, new AbortController().signal).then(
      () => (mended = true),
    );
    await clock.advance(10_000);
    expect(mended).toBe(false);
    config = { accounts: { work: {}, shop: { profile: "shop" } } };
    await clock.advance(1_000);
    await waiting;
    expect(mended).toBe(true);
  });

  test("stops waiting when it is stopped", async () => {
    const clock = fakeClock();
    const stop = new AbortController();
    const waiting = untilMended({ clock, current: () => account(shared) }, stop.signal);
    await settle();
    stop.abort();
    await expect(waiting).resolves.toBeUndefined();
  });
});
