import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { activityOf } from "../../src/channel/operate/activity.ts";
import { createAccountHost, type AccountHost } from "../fakes/account-host.ts";

const lan = "5120034498771203345";
const huy = "8891200345671123490";
const patience = { timeout: 60_000, interval: 20 };

let host: AccountHost;

beforeEach(() => {
  host = createAccountHost();
  // Names that come while the account runs are looked up at its next sign of life.
  vi.stubEnv("OPENZCA_LISTEN_HEARTBEAT_MS", "200");
  host.world.addPerson({ uid: lan, displayName: "Lan Phạm" });
  host.world.addPerson({ uid: huy, displayName: "Huy Đặng 🏸" });
  host.world.befriend(host.uid, huy);
  host.settings = { dmPolicy: "allowlist", allowFrom: [lan] };
  host.logIn();
});

afterEach(() => host.dispose());

const texts = () => host.turns.map(({ text }) => text);
const listens = () => host.world.calls({ command: "listen" }).length;
const tell = (from: string, text: string) => host.world.say({ from, to: host.uid, text });
const reasons = () =>
  activityOf("default")
    .snapshot()
    .decisions.map(({ reason }) => reason);

describe("a change of the rules", () => {
  test("applies to the next message, without another listener", async () => {
    await host.during(async () => {
      tell(huy, "mình vào được chưa?");
      await vi.waitFor(() => expect(reasons().at(-1)).toBe("dm_policy_not_allowlisted"), patience);
      host.settings = { dmPolicy: "allowlist", allowFrom: [lan, huy] };
      tell(huy, "giờ thì sao?");
      await vi.waitFor(() => expect(texts()).toEqual(["giờ thì sao?"]), patience);
      host.settings = { dmPolicy: "disabled" };
      tell(lan, "còn mình?");
      await vi.waitFor(() => expect(reasons().at(-1)).toBe("dm_policy_disabled"), patience);
    });
    expect(texts()).toEqual(["giờ thì sao?"]);
    expect(listens()).toBe(1);
  });

  test("may name a friend, who is looked up while the account runs; their message waits for that", async () => {
    await host.during(async () => {
      host.settings = { dmPolicy: "allowlist", allowFrom: [lan, "Huy Đặng 🏸"] };
      tell(huy, "tên mình có trong danh sách mới");
      await vi.waitFor(() => expect(texts()).toEqual(["tên mình có trong danh sách mới"]), patience);
    });
    expect(host.world.calls({ command: "friend list" })).toHaveLength(1);
    expect(listens()).toBe(1);
    expect(reasons()).not.toContain("pairing");
  });

  test("in which an id lost its digits stops the account, and once mended starts it again, without the host", async () => {
    await host.during(async () => {
      host.settings = { dmPolicy: "open", allowFrom: ["*", Number("5120034498771203345")] };
      await vi.waitFor(() => expect(host.status().lifecycle).toBe("blocked"), patience);
      expect(host.status().lastError).toContain("channels.zalouser.allowFrom[1] is a number");
      host.settings = { dmPolicy: "allowlist", allowFrom: [huy] };
      await vi.waitFor(() => expect(host.status().lifecycle).toBe("ready"), patience);
      expect(host.status().terminalDisconnect).not.toBe(true);
      tell(huy, "đã sửa xong");
      await vi.waitFor(() => expect(texts()).toEqual(["đã sửa xong"]), patience);
    });
    expect(listens()).toBe(2);
  });

  test("that makes it none of the accounts ends its listener for good, and the log says how to keep it", async () => {
    const stop = new AbortController();
    const running = host.run(stop.signal);
    try {
      await host.world.waitForListening("default", 90_000);
      host.settings = { dmPolicy: "allowlist", allowFrom: [lan], accounts: { "cửa-hàng": {} } };
      expect(await running).toBe("ended");
    } finally {
      stop.abort();
      await running;
    }
    expect(listens()).toBe(1);
    expect(host.world.isListening("default")).toBe(false);
    // Without it the host would start the account again.
    expect(host.status()).toMatchObject({ lifecycle: "blocked", terminalDisconnect: true });
    expect(host.problems.join("\n")).toContain("add channels.zalouser.accounts.default");
  });
});
