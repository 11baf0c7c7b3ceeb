import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { activityOf } from "../../src/channel/operate/activity.ts";
import { sendText } from "../../src/channel/outbound/adapter.ts";
import { createAccountHost, type AccountHost } from "../fakes/account-host.ts";

const lan = "5120034498771203345";
const strangers = [1, 2, 3].map((index) => String(6_111_000_000_000_000_000n + BigInt(index)));

describe("strangers an account writes to", () => {
  let host: AccountHost;

  beforeEach(() => {
    host = createAccountHost();
    for (const uid of [lan, ...strangers]) host.world.addPerson({ uid, displayName: `Người ${uid.slice(-1)} 🙂` });
    host.settings = {
      dmPolicy: "pairing",
      allowFrom: [lan],
      rateLimit: { sameConversationMs: 500, otherConversationMs: 500, strangersPerDay: 2 },
    };
    host.logIn();
  });

  afterEach(() => host.dispose());

  const send = (to: string, text = "chào bạn") => sendText({ cfg: host.config(), accountId: "default", to, text });
  const receivers = () => host.world.messages().flatMap(({ from, to }) => (from === host.uid ? [to] : []));

  test("are two a day when two are set; the third is refused before any call, people who are let in are not", async () => {
    const [first = "", second = "", third = ""] = strangers;
    await host.during(async () => {
      await send(first);
      await send(second);
      await send(first, "chào lần nữa");
      const before = host.world.calls({ command: "msg send" }).length;
      await expect(send(third)).rejects.toThrow(/2 strangers within 24 hours.*\[SEND_TOO_MANY_STRANGERS\]/u);
      expect(host.world.calls({ command: "msg send" })).toHaveLength(before);
      await send(lan);
    });
    expect(receivers()).toEqual([first, second, first, lan]);
  });

  test("count pairing codes, which then wait for another day", async () => {
    const [first = "", second = "", third = ""] = strangers;
    await host.during(async () => {
      await send(first);
      host.world.say({ from: second, to: host.uid, text: "cho hỏi ạ" });
      await host.world.waitForMessage(({ from, to }) => from === host.uid && to === second, 60_000);
      host.world.say({ from: third, to: host.uid, text: "alo" });
      const reasons = () =>
        activityOf("default")
          .snapshot()
          .decisions.map(({ reason }) => reason);
      await expect.poll(reasons, { timeout: 20_000 }).toContain("pairing_budget");
    });
    expect(receivers()).toEqual([first, second]);
  });

  test("are nobody who has written before and was let in", async () => {
    const [first = "", second = "", third = ""] = strangers;
    host.settings = { ...host.settings, dmPolicy: "open", allowFrom: ["*"] };
    host.answer = async () => "dạ";
    await host.during(async () => {
      host.world.say({ from: third, to: host.uid, text: "chào shop 🌸" });
      await host.world.waitForMessage(({ from, to }) => from === host.uid && to === third, 60_000);
      await send(first);
      await send(second);
      await send(third, "hàng về rồi ạ");
    });
    expect(receivers().filter((to) => to === third)).toHaveLength(2);
  });
});
