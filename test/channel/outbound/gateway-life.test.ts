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

const account = (id: string) =>
  resolveAccount({ channels: { zalouser: { zcaBinary: zcaPath, accounts: { [id]: {} } } } }, id);
const outcome = async (id: string) => {
  const task = async () => ({ kind: "sent", messageIds: ["1"] }) as const;
  const [first] = await senderFor(account(id)).queue.enqueue({ threadKey: "user:1", kind: "reply", tasks: [task] });
  return first?.kind === "unsent" ? first.error.code : first?.kind;
};

test("the end of the gateway closes every door, one not yet opened too; a gateway that starts again opens them", async () => {
  const hooks = new Map<string, () => Promise<void>>();
  const api = {
    registrationMode: "full",
    runtime: {},
    registerChannel() {},
    on: (name: string, run: () => Promise<void>) => hooks.set(name, run),
  };
  entry.register(api as unknown as Parameters<typeof entry.register>[0]);
  expect(await outcome("work")).toBe("sent");
  await hooks.get("gateway_stop")?.();
  expect([await outcome("work"), await outcome("shop")]).toEqual(["SEND_STOPPED", "SEND_STOPPED"]);
  await hooks.get("gateway_start")?.();
  expect([await outcome("work"), await outcome("shop")]).toEqual(["sent", "sent"]);
});
