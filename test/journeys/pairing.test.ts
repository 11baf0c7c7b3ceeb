import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { fault } from "../../sim/control.ts";
import { closeSenders } from "../../src/channel/outbound/senders.ts";
import { sendText } from "../../src/channel/outbound/adapter.ts";
import { plugin } from "../../src/channel/plugin.ts";
import { createAccountHost, type AccountHost } from "../fakes/account-host.ts";

const lan = "5120034498771203345";
const patience = { timeout: 60_000, interval: 20 };

describe("a stranger writes", () => {
  let host: AccountHost;

  beforeEach(() => {
    host = createAccountHost();
    host.world.addPerson({ uid: lan, displayName: "Lan Phạm" });
    host.logIn();
  });

  afterEach(() => host.dispose());

  const sends = () => host.world.calls({ command: "msg send" });
  const sent = () => host.world.messages().filter(({ from }) => from === host.uid);
  const say = (text: string) => host.world.say({ from: lan, to: host.uid, text });

  test("and is sent one code, however often they write; the agent hears nothing", async () => {
    await host.during(async () => {
      say("chào bạn");
      await vi.waitFor(() => expect(sent()).toHaveLength(1), patience);
      expect(sent()[0]?.text).toContain("7VC9VDK3");
      expect(sent()[0]?.text).not.toContain("```");
      say("có ai không?");
      await vi.waitFor(() => expect(host.world.messages()).toHaveLength(3), patience);
    });
    expect(sends()).toHaveLength(1);
    expect(host.turns).toEqual([]);
  });

  test("and gets a code that certainly was not sent with the next message", async () => {
    host.world.setFaults([fault({ command: "msg send", nth: 1 }, { group: "exit", error: "Tham số không hợp lệ" })]);
    await host.during(async () => {
      say("chào bạn");
      await vi.waitFor(() => expect(host.problems.join()).toContain("was not delivered"), patience);
      expect(sent()).toEqual([]);
      say("có ai không?");
      await vi.waitFor(() => expect(sent()).toHaveLength(1), patience);
      expect(sent()[0]?.text).toContain("7VC9VDK3");
    });
  });

  test.each([
    ["vi", "Mã ghép đôi của bạn: 7VC9VDK3"],
    ["en", "Your pairing code: 7VC9VDK3"],
  ])("and reads the code in the language of the account (%s), as one message", async (locale, words) => {
    host.settings = { locale };
    await host.during(async () => {
      say("chào bạn");
      await vi.waitFor(() => expect(sent()).toHaveLength(1), patience);
    });
    expect(sent()[0]?.text).toContain(words);
    expect(sent()[0]?.text).toContain(lan);
    expect(sends()).toHaveLength(1);
  });

  test("and hears of the approval from the account they wrote to, in its language", async () => {
    const shop = host.world.addAccount({ displayName: "Quán Phở Cổ 🍜" });
    host.world.logIn("shop", shop.uid);
    host.settings = { locale: "vi", defaultAccount: "default", accounts: { shop: { locale: "en" } } };
    const cfg = host.config();
    await plugin.pairing?.notifyApproval?.({ cfg, id: lan, accountId: "default" });
    await plugin.pairing?.notifyApproval?.({ cfg, id: lan, accountId: "shop" });
    const notices = host.world.messages().map(({ from, to, text }) => ({ from, to, text }));
    expect(notices).toEqual([
      { from: host.uid, to: lan, text: expect.stringContaining("đồng ý") },
      { from: shop.uid, to: lan, text: expect.stringContaining("approved") },
    ]);
  });

  // Last: a closed door stays closed for the rest of the process.
  test("once the gateway is stopping nothing leaves any more, and no second door opens", async () => {
    host.settings = { dmPolicy: "allowlist", allowFrom: [lan] };
    await host.during(async () => {
      await closeSenders();
      const sending = sendText({ cfg: host.config(), accountId: "default", to: lan, text: "trả lời muộn" });
      await expect(sending).rejects.toThrowError(/SEND_STOPPED/u);
    });
    expect(sends()).toEqual([]);
  });
});
