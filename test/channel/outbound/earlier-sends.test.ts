import { existsSync, mkdirSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { resolveAccount } from "../../../src/channel/account/accounts.ts";
import { accountDetails } from "../../../src/channel/operate/inspect.ts";
import { endOrphans } from "../../../src/channel/operate/start-checks.ts";
import { sendText } from "../../../src/channel/outbound/adapter.ts";
import { claimedBy } from "../../../src/channel/outbound/authors.ts";
import { closeLedgers, earlierSendsGone } from "../../../src/channel/outbound/ledgers.ts";
import { outgoingFolder } from "../../../src/channel/outbound/outgoing.ts";
import type { sweepOrphans } from "../../../src/zca/index.ts";
import { createAccountHost, type AccountHost } from "../../fakes/account-host.ts";

const lan = "5120034498771203345";
type Sweep = typeof sweepOrphans;

describe("a look for the sends of an earlier gateway that fails", () => {
  let host: AccountHost;

  beforeEach(() => {
    host = createAccountHost();
    host.world.addPerson({ uid: lan, displayName: "Lan Phạm" });
    host.world.befriend(host.uid, lan);
    host.settings = { rateLimit: { sameConversationMs: 500, otherConversationMs: 500 } };
    host.logIn();
  });

  afterEach(() => {
    closeLedgers();
    host.dispose();
  });

  const send = (text: string) =>
    sendText({ cfg: host.config(), accountId: "default", to: lan, text, deliveryQueueId: `giao ${text}` });
  const failing: Sweep = () => Promise.reject(new Error("EIO: i/o error"));

  test("keeps its message unsent, says why in status, and is repeated for the next one", async () => {
    let fail = (_error: Error): void => {};
    const pending = new Promise<never>((_resolve, reject) => (fail = reject));
    const looking = earlierSendsGone("default", () => pending);
    const sending = send("dạ một 🙂").catch((error: unknown) => error);
    // From then on it waits for the look.
    await vi.waitFor(() => expect(claimedBy("default", "giao dạ một 🙂")).toBeDefined(), { timeout: 20_000 });
    fail(new Error("EIO: i/o error"));
    await expect(looking).rejects.toThrow("EIO");
    const error = await sending;
    expect(error).toMatchObject({ name: "PlatformMessageNotDispatchedError", retryable: true });
    expect(String(error)).toMatch(/"default".*EIO.*\[ZCA_FAILED\]/u);
    const { recentSends } = accountDetails(resolveAccount(host.config(), "default"));
    expect(recentSends.at(-1)).toMatchObject({ result: "unsent", code: "ZCA_FAILED", to: `user:${lan}` });
    await send("dạ hai 🙂");
    const said = host.world.messages().filter(({ from }) => from === host.uid);
    expect(said.map(({ text }) => text)).toEqual(["dạ hai 🙂"]);
  });

  test("files an earlier gateway was sending go once its sends are gone, those of this one stay", async () => {
    const root = outgoingFolder("default");
    const [left, current] = [path.join(root, "m-cũ"), path.join(root, "m-mới")];
    for (const folder of [left, current]) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(path.join(folder, "anh-cuoi.jpg"), "ảnh");
    }
    utimesSync(left, new Date(0), new Date(0));
    let gone = (_count: number): void => {};
    const looking = earlierSendsGone("default", () => new Promise((resolve) => (gone = resolve as never)));
    expect(existsSync(left)).toBe(true);
    gone(0);
    await looking;
    expect(existsSync(left)).toBe(false);
    expect(existsSync(current)).toBe(true);
  });

  const look = async (sweep: Sweep) => {
    const problems: string[] = [];
    const log = { info() {}, debug() {}, warn() {}, error: (words: string) => void problems.push(words) };
    const account = resolveAccount(host.config(), "default");
    await endOrphans(account, new AbortController().signal, log, sweep);
    return problems;
  };

  test("does not keep the account from starting: the log says what to mend", async () => {
    expect(await look(failing)).toEqual([
      expect.stringMatching(/^Zalo account "default".*EIO.*\[STATE_UNWRITABLE\]$/u),
    ]);
  });

  test("nor does a record that cannot be removed", async () => {
    const file = "/nhà/tài khoản/processes/1-a.json";
    const report = { ended: [], finished: [], stale: [], corruptRecords: 0, clearedLocks: [], unremoved: [file] };
    expect(await look(() => Promise.resolve(report))).toEqual([expect.stringContaining(`${file}. Free disk space`)]);
    expect(await look(() => Promise.resolve({ ...report, unremoved: [] }))).toEqual([]);
  });
});
