import path from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { resolveAccount } from "../../src/channel/account/accounts.ts";
import { openZca } from "../../src/channel/account/zca.ts";

afterEach(() => vi.unstubAllEnvs());

test("the program of an account records its processes below the state folder that holds now, not one from before", () => {
  const account = resolveAccount({ channels: { zalouser: { accounts: { "cửa-hàng": {} } } } }, "cửa-hàng");
  const recordsIn = (folder: string) => {
    vi.stubEnv("OPENCLAW_STATE_DIR", folder);
    return openZca(account).recordsDir;
  };
  const [one, other] = [path.resolve("/nowhere/nhà một"), path.resolve("/nowhere/nhà hai")];
  expect(recordsIn(one).startsWith(one)).toBe(true);
  expect(recordsIn(other).startsWith(other)).toBe(true);
  const handle = openZca(account);
  expect(openZca(account)).toBe(handle);
});
