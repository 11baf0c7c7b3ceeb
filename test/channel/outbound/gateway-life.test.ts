import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { zcaPath } from "../../../sim/control.ts";
import { resolveAccount } from "../../../src/channel/account/accounts.ts";
import { senderFor } from "../../../src/channel/outbound/senders.ts";
import entry from "../../../src/index.ts";

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "zalouser-life-"));
  mkdirSync(path.join(root, "zca"));
  vi.stubEnv("OPENCLAW_STATE_DIR", path.join(root, "state"));
  vi.stubEnv("OPENZCA_HOME", path.join(root, "zca"));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true, force: true });
});

const account = () => resolveAccount({ channels: { zalouser: { zcaBinary: zcaPath } } }, "default");
const outcome = async () => {
  const task = async () => ({ kind: "sent", messageIds: ["1"] }) as const;
  const [first] = await senderFor(account()).queue.enqueue({ threadKey: "user:1", kind: "reply", tasks: [task] });
  return first?.kind === "unsent" ? first.error.code : first?.kind;
};

test("the end of the gateway closes the door to Zalo, and what comes then is unsent", async () => {
  const hooks = new Map<string, () => Promise<void>>();
  const api = {
    registrationMode: "full",
    runtime: {},
    registerChannel() {},
    on: (name: string, run: () => Promise<void>) => hooks.set(name, run),
  };
  // Only what registering asks of the host.
  entry.register(api as unknown as Parameters<typeof entry.register>[0]);
  expect(await outcome()).toBe("sent");
  await hooks.get("gateway_stop")?.();
  expect(await outcome()).toBe("SEND_STOPPED");
});
