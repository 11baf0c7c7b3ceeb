import { afterEach, beforeEach, expect, test } from "vitest";
import { createAccountHost, type AccountHost } from "../fakes/account-host.ts";

const lan = "5120034498771203345";

let host: AccountHost;

beforeEach(() => {
  host = createAccountHost();
  host.world.addPerson({ uid: lan, displayName: "Lan Phạm" });
  host.settings = { dmPolicy: "allowlist", allowFrom: [lan] };
  host.logIn();
});
afterEach(() => host.dispose());

test("a turn leaves a record of its decision, of its send and of the listener's end, none with its text", async () => {
  host.answer = async () => "dạ có ạ 🌷";
  await host.during(async () => {
    host.world.say({ from: lan, to: host.uid, text: "còn hàng không shop?" });
    await expect.poll(() => host.records, { timeout: 60_000 }).toHaveLength(2);
  });
  expect(host.records).toMatchObject([
    { event: "decision", accountId: "default", senderId: lan, result: "admitted", reason: "allowed" },
    { event: "send", accountId: "default", to: `user:${lan}`, result: "sent", out: 1, parts: 1 },
    { event: "exit", accountId: "default", asked: "stop" },
  ]);
  expect(JSON.stringify(host.records)).not.toMatch(/còn hàng|dạ có/u);
});
