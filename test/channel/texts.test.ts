import { expect, test } from "vitest";
import { resolveAccount } from "../../src/channel/account/accounts.ts";
import { textsOf } from "../../src/channel/texts.ts";

const account = (zalouser: object, id = "default") => resolveAccount({ channels: { zalouser } }, id);
const code = { code: "7VC9VDK3", senderId: "5120034498771203345" };

test.each([
  [{}, "Mã ghép đôi của bạn"],
  [{ locale: "vi" }, "Mã ghép đôi của bạn"],
  [{ locale: "en" }, "Your pairing code"],
])("a pairing code is sent in the account's language: %j", (settings, words) => {
  const text = textsOf(account(settings)).pairingCode(code);
  expect(text).toContain(words);
  expect(text).toContain("7VC9VDK3");
  expect(text).toContain("5120034498771203345");
  expect(text).toContain("openclaw pairing approve zalouser 7VC9VDK3");
  expect(text).toBe(text.normalize("NFC"));
  // One message, and nothing in it that Zalo's markers would change.
  expect(text.length).toBeLessThan(500);
  expect(text).not.toMatch(/[*_~`#{}]/u);
});

test("each account has a language of its own, in place of the root's", () => {
  const cfg = { locale: "en", accounts: { work: {}, shop: { locale: "vi" } } };
  expect(textsOf(account(cfg, "work")).approved).toMatch(/approved/u);
  expect(textsOf(account(cfg, "shop")).approved).toMatch(/đồng ý/u);
});

test("a block of any shape still has words", () => {
  expect(textsOf(account({ locale: 7 })).answerTooLong).toMatch(/dài quá/u);
});
