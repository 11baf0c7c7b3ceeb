import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { zcaPath } from "../../../sim/control.ts";
import { resolveAccount } from "../../../src/channel/account/accounts.ts";
import { notices } from "../../../src/channel/operate/inspect.ts";
import { tellSends } from "../../../src/channel/outbound/rests.ts";
import { closeSenders, reopenSenders, senderFor } from "../../../src/channel/outbound/senders.ts";
import { ZalouserError } from "../../../src/errors.ts";
import type { SendOutcome } from "../../../src/zca/index.ts";

const minuteMs = 60_000;
let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "zalouser-pace-"));
  mkdirSync(path.join(root, "zca"));
  vi.stubEnv("OPENCLAW_STATE_DIR", path.join(root, "state"));
  vi.stubEnv("OPENZCA_HOME", path.join(root, "zca"));
});

afterEach(async () => {
  await closeSenders();
  reopenSenders();
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

const accountOf = (id: string, profile: string) =>
  resolveAccount({ channels: { zalouser: { zcaBinary: zcaPath, accounts: { [id]: { profile } } } } }, id);
const queueOf = (id: string, profile: string) => senderFor(accountOf(id, profile)).queue;
const restMs = (id: string, profile: string) => (queueOf(id, profile).snapshot().cooldownUntilMs ?? 0) - Date.now();

async function restart(): Promise<void> {
  await closeSenders();
  reopenSenders();
}

test('the rest after "too many" outlives the gateway, in a private file, and belongs to the session it was said to', async () => {
  const error = new ZalouserError("ZCA_RATE_LIMITED", "Vượt quá số request cho phép.", { accountId: "work" });
  let calls = 0;
  const refused = async (): Promise<SendOutcome> => {
    calls += 1;
    return { kind: "unsent", error };
  };
  const say = () => queueOf("work", "lan").enqueue({ threadKey: "user:1", kind: "reply", tasks: [refused] });
  await say();
  for (let times = 0; times < 5; times += 1) {
    await restart();
    void say();
    expect(restMs("work", "lan")).toBeGreaterThan(4 * minuteMs);
  }
  expect(calls).toBe(1);
  // Under another name the account is still the same session; another session has done nothing.
  expect(restMs("shop", "lan")).toBeGreaterThan(4 * minuteMs);
  expect(restMs("work", "huy")).toBeLessThan(0);
  const folder = path.join(root, "state", "zalouser", "pace");
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(readdirSync(folder).map((name) => statSync(path.join(folder, name)).mode & 0o777)).toEqual([0o600]);
});

test('status and log say until when answers wait after "too many", also behind a restart', async () => {
  const logged: string[] = [];
  tellSends("work", (what) => logged.push(what));
  const error = new ZalouserError("ZCA_RATE_LIMITED", "Vượt quá số request cho phép.", { accountId: "work" });
  const refused = async (): Promise<SendOutcome> => ({ kind: "unsent", error });
  const say = () => queueOf("work", "lan").enqueue({ threadKey: "user:1", kind: "reply", tasks: [refused] });
  expect(notices(accountOf("work", "lan"))).toEqual([]);
  await say();
  const until = new Date(queueOf("work", "lan").snapshot().cooldownUntilMs ?? 0).toISOString();
  const sentence = `Zalo account "work": Zalo refused a message as one too many; answers wait until ${until}.`;
  expect(logged).toEqual([expect.stringContaining(sentence)]);
  expect(notices(accountOf("work", "lan"))).toEqual([expect.stringContaining(sentence)]);
  void say();
  expect(notices(accountOf("work", "lan"))).toEqual([expect.stringContaining(`${sentence} Waiting now: 1.`)]);
  await restart();
  expect(notices(accountOf("work", "lan"))).toEqual([expect.stringContaining(sentence)]);
  expect(notices(accountOf("shop", "huy"))).toEqual([]);
  expect(logged).toHaveLength(1);
});

test("a state folder that cannot be written stops no send", async () => {
  rmSync(path.join(root, "state"), { recursive: true, force: true });
  vi.stubEnv("OPENCLAW_STATE_DIR", path.join(zcaPath, "no-folder"));
  const task = async (): Promise<SendOutcome> => ({ kind: "sent", messageIds: ["1"] });
  const [outcome] = await queueOf("work", "lan").enqueue({ threadKey: "user:1", kind: "reply", tasks: [task] });
  expect(outcome?.kind).toBe("sent");
});

test("the first start of a gateway opens no second door beside a send that is on its way", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const door = queueOf("work", "lan");
  const task = async (): Promise<SendOutcome> => {
    await promise;
    return { kind: "sent", messageIds: ["1"] };
  };
  const sending = door.enqueue({ threadKey: "user:1", kind: "reply", tasks: [task] });
  await vi.waitFor(() => expect(door.snapshot().inFlightSinceMs).toBeDefined());
  reopenSenders();
  expect(queueOf("work", "lan")).toBe(door);
  resolve();
  await sending;
  await restart();
  expect(queueOf("work", "lan")).not.toBe(door);
});
