import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { fault } from "../../sim/control.ts";
import { resolveAccount } from "../../src/channel/account/accounts.ts";
import { settlePerson } from "../../src/channel/account/person.ts";
import { openAccountState } from "../../src/channel/account/state.ts";
import { recordLogin } from "../../src/channel/login/after-login.ts";
import { logoutAccount } from "../../src/channel/login/logout.ts";
import { plugin } from "../../src/channel/plugin.ts";
import { sendText } from "../../src/channel/outbound/adapter.ts";
import { closeLedger, closeLedgers, sendLedgerOf } from "../../src/channel/outbound/ledgers.ts";
import { reconcileUnknownSend } from "../../src/channel/outbound/reconcile.ts";
import { openSendLedger } from "../../src/channel/outbound/send-ledger.ts";
import { sendNotices } from "../../src/channel/outbound/send-ring.ts";
import { createAccountHost, type AccountHost } from "../fakes/account-host.ts";

const huy = "4400912847765512999";
const mai = "5120034498771203399";
const lan = "5120034498771203345";
const refusal = { name: "PlatformMessageNotDispatchedError", retryable: false };

describe("an account that changes hands", () => {
  let host: AccountHost;

  beforeEach(() => {
    host = createAccountHost();
    host.world.addPerson({ uid: lan, displayName: "Lan Phạm" });
    host.world.addAccount({ uid: huy, displayName: "Huy Đỗ" });
    host.world.addPerson({ uid: mai, displayName: "Mai Trần" });
    host.world.befriend(host.uid, lan);
    host.settings = { rateLimit: { sameConversationMs: 500, otherConversationMs: 500 } };
    host.parts = { watchMs: 50 };
    host.logIn();
    settlePerson(openAccountState("default"), host.uid);
  });

  afterEach(() => {
    closeLedgers();
    host.dispose();
  });

  const account = () => resolveAccount(host.config(), "default");
  const runtime = { log() {}, error() {}, exit() {} };
  const logOut = () => logoutAccount({ cfg: host.config(), accountId: "default", account: account(), runtime });
  const logIn = (uid: string) => {
    host.world.logIn("default", uid);
    recordLogin(account(), { uid });
  };
  /** What the start of the account does then. */
  const settle = (uid: string) => {
    closeLedger("default");
    settlePerson(openAccountState("default"), uid);
  };
  const send = (text: string, more: object = {}) =>
    sendText({ cfg: host.config(), accountId: "default", to: lan, text, ...more }).then(
      () => "sent",
      (error: Error) => error,
    );
  const replayed = (phase: "live" | "recovery") => ({
    cfg: host.config(),
    channel: "zalouser",
    to: `zalouser:${lan}`,
    accountId: "default",
    phase,
  });
  const reconcile = (queueId: string, text: string) =>
    reconcileUnknownSend({
      cfg: host.config(),
      accountId: "default",
      queueId,
      channel: "zalouser",
      to: lan,
      enqueuedAt: Date.now() - 60_000,
      retryCount: 0,
      payloads: [{ text }],
    });
  const said = () => host.world.messages().map(({ from, text }) => [from === host.uid ? "old" : "new", text]);

  test("what was written for its former user is not sent by the new one: no retry, no replay", async () => {
    host.world.setFaults([fault({ command: "msg send", nth: 1 }, { group: "exit", when: "sent", code: 0 })]);
    expect(await send("riêng tư một", { deliveryQueueId: "giao một" })).toMatchObject({ code: "SEND_UNCONFIRMED" });
    host.world.setFaults([]);
    await logOut();
    expect(await send("riêng tư hai", { deliveryQueueId: "giao hai" })).toMatchObject({ ...refusal, retryable: true });
    logIn(huy);
    await host.during(async () => {
      await vi.waitFor(() => expect(host.status().lifecycle).toBe("ready"), { timeout: 30_000 });
      const retried = await send("riêng tư hai", { deliveryQueueId: "giao hai" });
      expect(retried).toMatchObject(refusal);
      expect(String(retried)).toMatch(/"default".*logged in now.*\[SEND_WRONG_USER\]/u);
      const unclear = { status: "unresolved", retryable: false };
      expect(await reconcile("giao một", "riêng tư một")).toMatchObject(unclear);
      // Of a delivery that no call was seen of, the new user's record knows nothing either.
      expect(await reconcile("giao ba", "riêng tư ba")).toMatchObject(unclear);
      expect(await send("chào Lan 🙂", { deliveryQueueId: "giao mới" })).toBe("sent");
    });
    expect(said()).toEqual([
      ["old", "riêng tư một"],
      ["new", "chào Lan 🙂"],
    ]);
    expect(await reconcile("giao mới", "chào Lan 🙂")).toMatchObject({ status: "sent" });
  });

  test("what waits in the queue meanwhile stays there", async () => {
    const file = path.join(openAccountState("default").folder, "sends.sqlite");
    openSendLedger({ file, now: () => Date.now() - 600_000 }).close();
    const handOver = async () => {
      await logOut();
      logIn(huy);
    };
    const first = send("riêng tư một", { onPlatformSendDispatch: handOver });
    const second = send("riêng tư hai");
    expect([await first, await second]).toMatchObject([refusal, refusal]);
    // The account has not started anew: whose conversation this is, is still the former user's.
    expect(await send("riêng tư ba", { deliveryQueueId: "giao ba" })).toMatchObject(refusal);
    expect(await reconcile("giao bốn", "riêng tư bốn")).toMatchObject({ status: "unresolved", retryable: false });
    expect(said()).toEqual([]);
    settle(huy);
    expect(await send("riêng tư ba", { deliveryQueueId: "giao ba" })).toMatchObject(refusal);
    expect(await send("chào Lan 🙂")).toBe("sent");
    expect(said()).toEqual([["new", "chào Lan 🙂"]]);
    await logOut();
    // Final, where any other message would be tried again after the next login.
    expect(await send("riêng tư ba", { deliveryQueueId: "giao ba" })).toMatchObject(refusal);
  });

  test("what the host kept before it was ever tried is not sent by the next user, is told, and stays refused", async () => {
    const replay = () => plugin.message?.durableFinal?.admitDeferredDelivery?.(replayed("recovery"));
    await logOut();
    logIn(huy);
    settle(huy);
    expect(replay()).toEqual({ status: "allowed" });
    const first = await send("riêng tư một 🙂", { deliveryQueueId: "giao một" });
    expect(first).toMatchObject(refusal);
    expect(String(first)).toContain(`written for the Zalo user ${host.uid}, and ${huy} is logged in now`);
    expect(await send("riêng tư một 🙂", { deliveryQueueId: "giao một" })).toMatchObject(refusal);
    expect(said()).toEqual([]);
    expect(sendNotices({ accountId: "default" }).join("\n")).toMatch(
      /"default": .*logged in before is not sent any more, last to user:5120034498771203345 .*\[SEND_WRONG_USER\]/u,
    );
    await logOut();
    logIn(host.uid);
    settle(host.uid);
    expect(await send("riêng tư một 🙂", { deliveryQueueId: "giao một" })).toBe("sent");
    expect(said()).toEqual([["old", "riêng tư một 🙂"]]);
  });

  test("what is written now, or was kept when nobody had changed, goes out at its first try", async () => {
    const admit = (phase: "live" | "recovery") =>
      plugin.message?.durableFinal?.admitDeferredDelivery?.(replayed(phase));
    admit("recovery");
    expect(await send("dạ một", { deliveryQueueId: "giao một" })).toBe("sent");
    await logOut();
    logIn(huy);
    settle(huy);
    admit("live");
    expect(await send("chào Mai 🙂", { deliveryQueueId: "giao hai", to: mai })).toBe("sent");
    expect(said()).toEqual([
      ["old", "dạ một"],
      ["new", "chào Mai 🙂"],
    ]);
  });

  test("a user who comes back does not take the time away for a time in which nothing was sent", async () => {
    const file = path.join(openAccountState("default").folder, "sends.sqlite");
    expect(await send("dạ một 🙂", { deliveryQueueId: "giao một" })).toBe("sent");
    const leftMs = Date.now();
    expect(sendLedgerOf("default").isComplete(leftMs)).toBe(true);
    await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(leftMs));
    settle(huy);
    expect(existsSync(file)).toBe(false);
    settle(host.uid);
    const ledger = sendLedgerOf("default");
    expect(ledger.ofDelivery("giao một")).toMatchObject([{ state: "sent" }]);
    expect(ledger.isComplete(leftMs)).toBe(false);
  });

  test("who a delivery is from is kept in a private file of bounded size, without its words", async () => {
    const file = path.join(openAccountState("default").folder, "deliveries.json");
    const old = Array.from({ length: 500 }, (_one, index) => ({ delivery: `cũ ${index}`, uid: huy }));
    writeFileSync(file, JSON.stringify(old));
    expect(await send("dạ một 🙂", { deliveryQueueId: "giao một" })).toBe("sent");
    const kept: unknown = JSON.parse(readFileSync(file, "utf8"));
    expect(kept).toEqual([...old.slice(1), { delivery: "giao một", uid: host.uid }]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});
