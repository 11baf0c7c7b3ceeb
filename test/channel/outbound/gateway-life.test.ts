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

function registered() {
  const hooks = new Map<string, () => Promise<void>>();
  const api = {
    registrationMode: "full",
    runtime: {},
    registerChannel() {},
    registerCli() {},
    registerTool() {},
    registerCommand() {},
    on: (name: string, run: () => Promise<void>) => hooks.set(name, run),
  };
  entry.register(api as unknown as Parameters<typeof entry.register>[0]);
  return { stop: async () => hooks.get("gateway_stop")?.(), start: async () => hooks.get("gateway_start")?.() };
}

test("the end of the gateway closes every door, one not yet opened too; a gateway that starts again opens them", async () => {
  const gateway = registered();
  expect(await outcome("work")).toBe("sent");
  await gateway.stop();
  expect([await outcome("work"), await outcome("shop")]).toEqual(["SEND_STOPPED", "SEND_STOPPED"]);
  await gateway.start();
  expect([await outcome("work"), await outcome("shop")]).toEqual(["sent", "sent"]);
});

test("a gateway that starts while the last one still ends opens no second door beside a call in flight", async () => {
  const gateway = registered();
  const call = Promise.withResolvers<void>();
  let inFlight = 0;
  let most = 0;
  const send = () =>
    senderFor(account("work")).queue.enqueue({
      threadKey: "user:1",
      kind: "reply",
      tasks: [
        async () => {
          inFlight += 1;
          most = Math.max(most, inFlight);
          await call.promise;
          inFlight -= 1;
          return { kind: "sent", messageIds: ["1"] };
        },
      ],
    });
  const first = send();
  await vi.waitFor(() => expect(inFlight).toBe(1));
  const stopped = gateway.stop();
  const started = gateway.start();
  // As much as the start could do at once.
  for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  const early = send();
  call.resolve();
  expect((await early)[0]).toMatchObject({ kind: "unsent", error: { code: "SEND_STOPPED" } });
  await Promise.all([first, stopped, started]);
  expect((await send())[0]?.kind).toBe("sent");
  expect(most).toBe(1);
});

test("a gateway that is stopped again while it waits to start stays stopped", async () => {
  const gateway = registered();
  expect(await outcome("work")).toBe("sent");
  await Promise.all([gateway.stop(), gateway.start(), gateway.stop()]);
  expect(await outcome("work")).toBe("SEND_STOPPED");
  await gateway.start();
  expect(await outcome("work")).toBe("sent");
});
