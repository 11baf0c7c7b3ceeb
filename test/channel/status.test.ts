import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { resolveAccount } from "../../src/channel/account/accounts.ts";
import { describeEnding } from "../../src/channel/operate/lifecycle.ts";
import { status } from "../../src/channel/status.ts";

type Config = Parameters<typeof resolveAccount>[0];

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "zalouser-status-"));
  vi.stubEnv("OPENCLAW_STATE_DIR", folder);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

async function issues(zalouser: object, runtime: object = {}): Promise<string[]> {
  const cfg = { channels: { zalouser } } as Config;
  const account = resolveAccount(cfg, "default");
  const snapshot = await status.buildAccountSnapshot?.({
    account,
    cfg,
    runtime: { accountId: "default", running: true, ...runtime },
  });
  return (snapshot === undefined ? [] : (status.collectStatusIssues?.([snapshot]) ?? [])).map(
    ({ kind, message }) => `${kind}: ${message}`,
  );
}

describe("status names what a person can act on", () => {
  test("nothing for a healthy account", async () => {
    expect(await issues({ enabled: true }, { lifecycle: "ready", connected: true })).toEqual([]);
  });

  test("a fault of the config", async () => {
    expect(await issues({ profile: "hai ba" })).toEqual([
      expect.stringMatching(/^config: Zalo account "default".*channels\.zalouser\.profile.*\[CONFIG_INVALID\]$/su),
    ]);
  });

  test.each([
    [{ dmPolicy: "open" }, /allowFrom has no "\*": nobody gets in/u],
    [{ dmPolicy: "allowlist" }, /allowFrom is empty: nobody gets in/u],
    [{ groupPolicy: "allowlist" }, /groups is empty/u],
    [{ groups: { "7044519283300761122": {} } }, /groupPolicy is unset/u],
    [{ dangerouslyAllowNameMatching: true }, /names never decide/u],
  ])("settings that surely are not what was meant: %j", async (settings, words) => {
    expect(await issues(settings)).toEqual(expect.arrayContaining([expect.stringMatching(words)]));
  });

  test("why the account is not connected; of a blocked one the host says it", async () => {
    const lastError = describeEnding("default", "login-refused", "Đăng nhập thất bại.", undefined);
    expect(await issues({ enabled: true }, { lifecycle: "recovering", lastError })).toEqual([`auth: ${lastError}`]);
    expect(await issues({ enabled: true }, { lifecycle: "blocked", lastError })).toEqual([]);
    expect(lastError).toContain("(Đăng nhập thất bại).");
    expect(lastError).toContain("Run: openclaw channels login --channel zalouser");
  });

  test("a cooling account says when it tries again", () => {
    expect(describeEnding("work", "kicked", "closed 3003", Date.UTC(2026, 10, 22, 3))).toContain(
      "Next try at 2026-11-22T03:00:00.000Z.",
    );
  });
});

test("a snapshot without a probe calls no program", async () => {
  vi.stubEnv("PATH", folder);
  const account = resolveAccount({ channels: { zalouser: {} } }, "default");
  const snapshot = await status.buildAccountSnapshot?.({ account, cfg: {} });
  const { calls } = (snapshot?.application ?? { calls: { none: -1 } }) as { calls: Record<string, number> };
  expect(Object.values(calls).every((count) => count === 0)).toBe(true);
});

test("the summary of the channel says whether it runs, not only that it is configured", async () => {
  const cfg = { channels: { zalouser: { enabled: true } } } as Config;
  const account = resolveAccount(cfg, "default");
  const summaryOf = (snapshot: object) =>
    status.buildChannelSummary?.({
      account,
      cfg,
      defaultAccountId: "default",
      snapshot: { accountId: "default", configured: true, ...snapshot },
    });
  expect(await summaryOf({ running: true, connected: true })).toMatchObject({ running: true, connected: true });
  expect(await summaryOf({ linked: false, lastError: "hỏng" })).toEqual({
    configured: true,
    linked: false,
    lastError: "hỏng",
  });
});
