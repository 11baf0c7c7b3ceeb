import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fault } from "../../sim/control.ts";
import { openAccountState } from "../../src/channel/account/state.ts";
import { accountDetails, notices } from "../../src/channel/operate/inspect.ts";
import { resolveAccount } from "../../src/channel/account/accounts.ts";
import { sendMedia, sendText } from "../../src/channel/outbound/adapter.ts";
import { closeLedgers, sendLedgerOf } from "../../src/channel/outbound/ledgers.ts";
import { afterUnknownSendTerminal, reconcileUnknownSend } from "../../src/channel/outbound/reconcile.ts";
import { openSendLedger } from "../../src/channel/outbound/send-ledger.ts";
import { closeSenders } from "../../src/channel/outbound/senders.ts";
import { textPrint } from "../../src/channel/outbound/send-print.ts";
import { sendNotices } from "../../src/channel/outbound/send-ring.ts";
import { whileAnswering } from "../../src/channel/outbound/turns.ts";
import { createAccountHost, type AccountHost } from "../fakes/account-host.ts";

const lan = "5120034498771203345";
const minute = 60_000;
const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
  "base64",
);
/** Three Zalo messages. */
const parts = ["một", "hai", "ba"].map((word) => `${word} ${"chữ ".repeat(300)}🙂`);
const answer = parts.join("\n\n");

describe("what became of an answer", () => {
  let host: AccountHost;
  let family: string;
  let deliveries = 0;

  beforeEach(() => {
    host = createAccountHost();
    host.world.addPerson({ uid: lan, displayName: "Lan Phạm" });
    host.world.befriend(host.uid, lan);
    family = host.world.addGroup({ name: "Gia đình 🏡", members: [host.uid, lan] }).groupId;
    host.settings = { rateLimit: { sameConversationMs: 500, otherConversationMs: 500 } };
    host.logIn();
    deliveries += 1;
  });

  afterEach(() => {
    closeLedgers();
    host.dispose();
  });

  const delivery = () => `giao-${deliveries}`;
  const send = (to: string, text = answer) =>
    sendText({ cfg: host.config(), accountId: "default", to, text, deliveryQueueId: delivery() });
  const failing = (to: string, text = answer) => send(to, text).then(fail, (error: Error) => error);
  const fail = () => {
    throw new Error("It was sent.");
  };
  const reconcile = (to: string, text = answer, more: readonly string[] = []) =>
    reconcileUnknownSend({
      cfg: host.config(),
      accountId: "default",
      queueId: delivery(),
      channel: "zalouser",
      to,
      enqueuedAt: Date.now() - 5 * minute,
      retryCount: 0,
      payloads: [text, ...more].map((one) => ({ text: one })),
    });
  /** A gateway that ran here before. */
  const recordedSince = (atMs: number) =>
    openSendLedger({
      file: path.join(openAccountState("default").folder, "sends.sqlite"),
      now: () => atMs,
    }).close();
  const ours = () => host.world.messages().filter(({ from }) => from === host.uid);
  const words = () => ours().map(({ text }) => text.split(" ")[0]);
  const calls = (command: string) => host.world.calls({ command }).length;
  /** Something the other side said, as Zalo's servers timed it. */
  const said = (text: string, atMs: number) =>
    host.world.say({ from: lan, to: { group: family }, text, overrides: { ts: String(atMs) } });

  test("an answer whose second message is refused is resumed, not repeated, by the next try of its delivery", async () => {
    host.world.setFaults([fault({ command: "msg send", nth: 2 }, { group: "exit", error: "Tham số không hợp lệ" })]);
    const error = await failing(`group:${family}`);
    expect(error).toMatchObject({ name: "PlatformMessageNotDispatchedError" });
    expect(error.message).toContain("1 of 3 messages of this answer are out");
    expect(words()).toEqual(["một"]);
    const { receipt } = await send(`group:${family}`);
    expect(words()).toEqual(["một", "hai", "ba"]);
    expect(receipt.platformMessageIds).toEqual(ours().map(({ msgId }) => msgId));
    expect(calls("msg send")).toBe(4);
  });

  test("a lost answer of a group message is found in its history at once, and the rest follows", async () => {
    host.world.setFaults([fault({ command: "msg send", nth: 2 }, { group: "exit", when: "sent", code: 0 })]);
    const { receipt } = await send(`group:${family}`);
    expect(words()).toEqual(["một", "hai", "ba"]);
    expect(receipt.platformMessageIds).toEqual(ours().map(({ msgId }) => msgId));
    expect([calls("msg send"), calls("msg recent")]).toEqual([3, 1]);
  });

  test("a message lost on its way back is told at once, in log and status, until its conversation shows it", async () => {
    const unknown = () => sendNotices({ accountId: "default" }).filter((notice) => notice.includes("not known yet"));
    await host.during(async () => {
      host.world.setFaults([
        fault(
          { command: "msg send", nth: 1 },
          { group: "exit", when: "sent", code: 1, stderr: "Error: fetch failed\n" },
        ),
      ]);
      expect(await failing(`group:${family}`, "mai họp lúc 9h nhé 🙂")).toMatchObject({ code: "SEND_UNCONFIRMED" });
      expect(calls("msg recent")).toBe(0);
      expect(unknown()).toEqual([
        expect.stringMatching(/"default": .*\(1 of the last 24 hours, the last one to group:.*\[SEND_UNCONFIRMED\]$/u),
      ]);
      expect(host.problems.filter((line) => line.includes("[SEND_UNCONFIRMED]"))).toEqual([
        expect.stringMatching(new RegExp(`"default": To group:${family}: .*Look at the conversation`, "u")),
      ]);
      expect(await reconcile(`group:${family}`, "mai họp lúc 9h nhé 🙂")).toMatchObject({ status: "sent" });
    });
    expect(unknown()).toEqual([]);
    expect(calls("msg send")).toBe(1);
  });

  test("a direct message's history is read in place of one renewal of the listener, which is back afterwards", async () => {
    await host.during(async () => {
      host.world.setFaults([fault({ command: "msg send", nth: 1 }, { group: "exit", when: "sent", code: 0 })]);
      await send(lan, "mai họp lúc 9h nhé 🙂");
      await host.world.waitForListening("default", 90_000);
    });
    expect(ours().map(({ text }) => text)).toEqual(["mai họp lúc 9h nhé 🙂"]);
    expect([calls("listen"), calls("msg recent")]).toEqual([2, 1]);
    expect(host.world.journal().flatMap(({ evicted }) => evicted ?? [])).toEqual([]);
  });

  test("direct conversations are read back at most twice an hour; what is lost then is reported, not repeated", async () => {
    await host.during(async () => {
      host.world.setFaults([fault({ command: "msg send" }, { group: "exit", when: "sent", code: 0 })]);
      const base = { cfg: host.config(), accountId: "default", to: lan };
      for (const text of ["tin thứ nhất", "tin thứ hai"]) {
        await sendText({ ...base, text });
        await host.world.waitForListening("default", 90_000);
      }
      await expect(sendText({ ...base, text: "tin thứ ba" })).rejects.toMatchObject({ code: "SEND_UNCONFIRMED" });
    });
    expect(ours().map(({ text }) => text)).toEqual(["tin thứ nhất", "tin thứ hai", "tin thứ ba"]);
    expect([calls("listen"), calls("msg recent")]).toEqual([3, 2]);
  });

  test.each([
    ["a picture", "ảnh Tết.png", png, "msg image"],
    ["a file", "Báo cáo.pdf", Buffer.from("%PDF-1.4\n%%EOF\n"), "msg upload"],
  ])("%s whose answer got lost is found, and not sent a second time", async (_kind, name, content, command) => {
    const mediaUrl = path.join(host.world.home, name);
    writeFileSync(mediaUrl, content);
    await host.during(async () => {
      host.world.setFaults([fault({ command, nth: 1 }, { group: "exit", when: "sent", code: 0 })]);
      const base = { cfg: host.config(), accountId: "default", to: `group:${family}`, deliveryQueueId: delivery() };
      const again = () => sendMedia({ ...base, text: "đây nè 🌸", mediaUrl, mediaLocalRoots: [host.world.home] });
      const first = await again();
      expect(first.messageId).toMatch(/^\d+$/u);
      const second = await again();
      expect(second.receipt.platformMessageIds).toEqual(first.receipt.platformMessageIds);
    });
    expect(calls(command)).toBe(1);
  });

  test("a message nobody can tell about is reported, and sent once what was said later proves that it is missing", async () => {
    host.world.setFaults([fault({ command: "msg send", nth: 2 }, { group: "exit", code: 0 })]);
    said("bạn ơi", Date.now() - 10 * minute);
    const error = await failing(`group:${family}`);
    expect(error).toMatchObject({ name: "ZalouserError", code: "SEND_UNCONFIRMED" });
    await expect(reconcile(`group:${family}`)).resolves.toMatchObject({ status: "unresolved", retryable: true });
    expect(words()).toEqual(["một"]);
    said("alo?", Date.now() + 2 * minute);
    const result = await reconcile(`group:${family}`);
    expect(words()).toEqual(["một", "hai", "ba"]);
    expect(result).toMatchObject({ status: "sent", messageId: ours().at(-1)?.msgId });
    const { sends, recentSends } = accountDetails(resolveAccount(host.config(), "default"));
    expect(sends).toBeDefined();
    expect(recentSends.map(({ result: kind, out, parts: of }) => [kind, out, of]).slice(-2)).toEqual([
      ["unknown", 1, 3],
      ["sent", 3, 3],
    ]);
  });

  test.each([
    ["empty", { group: "history", mode: "empty" }],
    ["behind", { group: "history", mode: "stale", missing: 3 }],
  ] as const)("a history that is %s proves nothing: nothing is sent again", async (_case, effect) => {
    host.world.setFaults([
      fault({ command: "msg send", nth: 1 }, { group: "exit", when: "sent", code: 0 }),
      fault({ command: "msg recent" }, effect),
    ]);
    said("bạn ơi", Date.now() - 10 * minute);
    const sending = failing(`group:${family}`, "dạ vâng 🙂");
    await sending;
    if (effect.mode === "empty") said("alo?", Date.now() + 2 * minute);
    for (let look = 0; look < 2; look += 1) {
      await expect(reconcile(`group:${family}`, "dạ vâng 🙂")).resolves.toMatchObject({ status: "unresolved" });
    }
    expect(ours()).toHaveLength(1);
    host.world.setFaults([]);
    await expect(reconcile(`group:${family}`, "dạ vâng 🙂")).resolves.toMatchObject({ status: "sent" });
    expect(ours()).toHaveLength(1);
  });

  describe("after a crash of the gateway", () => {
    /** What a gateway left behind that was killed in a send, 90 s ago. */
    const crashedDuring = (text: string) => {
      const atMs = Date.now() - 90_000;
      const file = path.join(openAccountState("default").folder, "sends.sqlite");
      const ledger = openSendLedger({ file, now: () => atMs });
      const { kind, hash } = textPrint(text);
      ledger.begin({ delivery: delivery(), unit: 0, part: 0, parts: 1, thread: `group:${family}`, kind, hash });
      ledger.close();
      return atMs;
    };

    test("a delivery that never came to a call is sent by the host's replay", async () => {
      recordedSince(Date.now() - 10 * minute);
      await expect(reconcile(`group:${family}`)).resolves.toEqual({ status: "not_sent" });
      expect(calls("msg recent")).toBe(0);
    });

    test("of several payloads, whose sends the host does not name, none is sent again once one may be out", async () => {
      recordedSince(Date.now() - 10 * minute);
      await expect(reconcile(lan, "một", ["hai"])).resolves.toEqual({ status: "not_sent" });
      await sendText({ cfg: host.config(), accountId: "default", to: lan, text: "một 🙂" });
      closeLedgers();
      await expect(reconcile(lan, "một 🙂", ["hai"])).resolves.toMatchObject({
        status: "unresolved",
        retryable: false,
      });
      expect(ours().map(({ text }) => text)).toEqual(["một 🙂"]);
    });

    test("a delivery the host names is not confused with what else went to its conversation", async () => {
      recordedSince(Date.now() - 10 * minute);
      const error = await sendText({
        cfg: host.config(),
        accountId: "default",
        to: lan,
        text: "dạ vâng 🙂",
        deliveryQueueId: delivery(),
        onPlatformSendDispatch: () => Promise.reject(new Error("withdrawn")),
      }).then(fail, (failure: Error) => failure);
      expect(error).toMatchObject({ name: "PlatformMessageNotDispatchedError" });
      await sendText({ cfg: host.config(), accountId: "default", to: lan, text: "một câu khác" });
      await expect(reconcile(lan, "dạ vâng 🙂")).resolves.toEqual({ status: "not_sent" });
    });

    test("a record that is younger than the delivery does not permit to send it again", async () => {
      recordedSince(Date.now() - minute);
      await expect(reconcile(lan, "dạ vâng 🙂")).resolves.toMatchObject({ status: "unresolved", retryable: false });
    });

    test("a message that got out is found and stays the only one", async () => {
      const atMs = crashedDuring("dạ vâng 🙂");
      const { msgId } = host.world.sayAsOwner(host.uid, {
        group: family,
        text: "dạ vâng 🙂",
        overrides: { ts: String(atMs) },
      });
      await expect(reconcile(`group:${family}`, "dạ vâng 🙂")).resolves.toMatchObject({
        status: "sent",
        messageId: msgId,
      });
      expect(calls("msg send")).toBe(0);
      expect(sendLedgerOf("default").isOurs(msgId, family)).toBe(true);
    });

    test("a list that is cut short shows what came later and not the message: nothing is sent again", async () => {
      const atMs = crashedDuring("dạ vâng 🙂");
      host.world.sayAsOwner(host.uid, { group: family, text: "dạ vâng 🙂", overrides: { ts: String(atMs) } });
      said("alo?", Date.now() + minute);
      host.world.setFaults([fault({ command: "msg recent" }, { group: "history", mode: "partial", keep: 1 })]);
      await expect(reconcile(`group:${family}`, "dạ vâng 🙂")).resolves.toMatchObject({ status: "unresolved" });
    });

    test("a message that is proven missing goes out once, by the host's replay", async () => {
      const atMs = crashedDuring("dạ vâng 🙂");
      said("bạn ơi", atMs - 5 * minute);
      await expect(reconcile(`group:${family}`, "dạ vâng 🙂")).resolves.toMatchObject({
        status: "unresolved",
        retryable: true,
      });
      said("alo?", Date.now() + minute);
      await expect(reconcile(`group:${family}`, "dạ vâng 🙂")).resolves.toEqual({ status: "not_sent" });
      await send(`group:${family}`, "dạ vâng 🙂");
      expect(ours().map(({ text }) => text)).toEqual(["dạ vâng 🙂"]);
    });

    test("where the record has a gap, a missing entry is no proof that nothing was sent", async () => {
      crashedDuring("một câu khác");
      rmSync(path.join(openAccountState("default").folder, "sends.sqlite.complete"));
      const other = { queueId: "giao-khác", channel: "zalouser", to: `group:${family}`, retryCount: 0 };
      const ctx = {
        cfg: host.config(),
        accountId: "default",
        enqueuedAt: Date.now() - minute,
        payloads: [{ text: "dạ" }],
      };
      await expect(reconcileUnknownSend({ ...ctx, ...other })).resolves.toMatchObject({
        status: "unresolved",
        retryable: false,
      });
    });

    test("the record of an earlier try under other words is no permission to send these", async () => {
      crashedDuring("câu trả lời cũ");
      const error = await failing(`group:${family}`, "câu trả lời mới");
      expect(error).toMatchObject({ name: "ZalouserError", code: "SEND_UNCONFIRMED" });
      expect(calls("msg send")).toBe(0);
    });
  });

  test("who asked hears that the answer is too long, and status says why", async () => {
    host.settings = { dmPolicy: "open", allowFrom: ["*"] };
    host.answer = async () => "dài ".repeat(30_000);
    await host.during(async () => {
      host.world.say({ from: lan, to: host.uid, text: "kể mọi thứ đi" });
      await host.world.waitForMessage(({ from }) => from === host.uid, 20_000);
    });
    expect(ours().map(({ text }) => text)).toEqual([expect.stringMatching(/^Câu trả lời dài quá/u)]);
    const { recentSends } = accountDetails(resolveAccount(host.config(), "default"));
    expect(recentSends.map(({ code }) => code)).toContain("TEXT_TOO_LONG");
  });

  test("without the host's id of the delivery nothing is resumed: the same text again is another message", async () => {
    host.world.setFaults([fault({ command: "msg send", nth: 2 }, { group: "exit", error: "Tham số không hợp lệ" })]);
    const reported: string[] = [];
    const error = await sendText({
      cfg: host.config(),
      accountId: "default",
      to: lan,
      text: answer,
      onDeliveryResult: ({ messageId }) => void reported.push(messageId ?? ""),
    }).then(fail, (failure: Error) => failure);
    expect(error).toMatchObject({ name: "ZalouserError", code: "ZCA_BAD_TARGET" });
    expect(reported).toEqual(ours().map(({ msgId }) => msgId));
    expect(sendLedgerOf("default").open(0)).toEqual([]);
  });

  test("a gateway that stops in a send gives it three seconds, then calls it unknown, and remembers that", async () => {
    host.world.setFaults([fault({ command: "msg send" }, { group: "hang", mode: "ignore-sigterm" })]);
    const sending = failing(lan, "dạ, em gửi 🙂");
    await expect.poll(() => calls("msg send"), { timeout: 20_000 }).toBe(1);
    const waiting = sendText({ cfg: host.config(), accountId: "default", to: lan, text: "tin sau" }).then(
      fail,
      (failure: Error) => failure,
    );
    const beganMs = Date.now();
    await closeSenders();
    expect(Date.now() - beganMs).toBeLessThan(8_000);
    expect(await sending).toMatchObject({ code: "SEND_UNCONFIRMED" });
    expect(await waiting).toMatchObject({ name: "PlatformMessageNotDispatchedError", retryable: true });
    await expect
      .poll(() => sendLedgerOf("default").ofDelivery(delivery())[0])
      .toMatchObject({ state: "unknown", told: true });
  });

  test("what the host gives up is told in status with the command that helps", async () => {
    await afterUnknownSendTerminal({
      cfg: host.config(),
      accountId: "default",
      queueId: delivery(),
      channel: "zalouser",
      to: `group:${family}`,
      enqueuedAt: Date.now(),
      retryCount: 5,
      payloads: [{ text: "dạ" }],
    });
    const [notice] = notices(resolveAccount(host.config(), "default")).filter((words) =>
      words.includes("could not be found out"),
    );
    expect(notice).toMatch(/^Zalo account "default".*\[SEND_UNCONFIRMED\]$/su);
    expect(notice).not.toContain("dạ");
  });

  test("while Zalo cannot be reached nothing is tried, which is certain to be unsent", async () => {
    host.world.setFaults([fault({ command: "listen" }, { group: "exit", error: "fetch failed" })]);
    const stop = new AbortController();
    const running = host.run(stop.signal);
    try {
      await expect.poll(() => host.status().lifecycle, { timeout: 20_000 }).toBe("recovering");
      const error = await failing(lan, "dạ");
      expect(error).toMatchObject({ name: "PlatformMessageNotDispatchedError", retryable: true });
      expect(error.message).toContain("ZCA_NETWORK");
      expect(calls("msg send")).toBe(0);
    } finally {
      stop.abort();
      await running;
    }
  });

  test("an answer that finds no network waits for it in our queue, and the next answer does not overtake it", async () => {
    host.world.setFaults([fault({ command: "listen", first: 1 }, { group: "exit", error: "fetch failed" })]);
    const stop = new AbortController();
    const running = host.run(stop.signal);
    try {
      await expect.poll(() => host.status().lifecycle, { timeout: 20_000 }).toBe("recovering");
      const base = { cfg: host.config(), accountId: "default", to: lan };
      // As the host does with what a person wrote while the first answer was being thought of.
      await whileAnswering("default", `user:${lan}`, () =>
        Promise.all([
          sendText({ ...base, text: "một 🙂", deliveryQueueId: `${delivery()}-1` }),
          sendText({ ...base, text: "hai", deliveryQueueId: `${delivery()}-2` }),
        ]),
      );
      expect(ours().map(({ text }) => text)).toEqual(["một 🙂", "hai"]);
      expect(calls("msg send")).toBe(2);
    } finally {
      stop.abort();
      await running;
    }
  });
});
