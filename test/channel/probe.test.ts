import { afterEach, beforeEach, expect, test } from "vitest";
import { resolveAccount } from "../../src/channel/account/accounts.ts";
import { probeAccount } from "../../src/channel/operate/probe.ts";
import { createAccountHost, type AccountHost } from "../fakes/account-host.ts";

const minute = 60_000;

let host: AccountHost;

beforeEach(() => {
  host = createAccountHost();
  host.settings = { dmPolicy: "disabled" };
  host.logIn();
});
afterEach(() => host.dispose());

const probe = (nowMs?: number) => probeAccount(resolveAccount(host.config(), "default"), 20_000, nowMs);
const logins = () => host.world.calls({ command: "auth status" }).length;
const connected = () => expect.poll(() => host.status().connected, { timeout: 30_000 }).toBe(true);

test("a page that asks with every save costs one login in five minutes, while the same listener hears", async () => {
  await host.during(async () => {
    await connected();
    const now = Date.now();
    const first = await probe(now);
    expect(first).toMatchObject({ ok: true, userId: host.uid, askedAtMs: now });
    const before = logins();
    expect(await probe(now + 4 * minute)).toEqual(first);
    expect(logins()).toBe(before);
    expect(await probe(now + 6 * minute)).toMatchObject({ ok: true, askedAtMs: now + 6 * minute });
    expect(logins()).toBe(before + 1);
  });
});

test("a listener that connected anew, and a bad answer, are asked about again", async () => {
  await host.during(async () => {
    await connected();
    await probe();
  });
  const before = logins();
  await probe();
  expect(logins()).toBe(before + 1);
  host.world.expireSession("default");
  expect(await probe()).toMatchObject({ ok: false });
  expect(await probe()).toMatchObject({ ok: false });
  expect(logins()).toBe(before + 3);
});
