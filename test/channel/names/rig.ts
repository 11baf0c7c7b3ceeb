import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { vi } from "vitest";
import { resolveAccount, type ResolvedAccount } from "../../../src/channel/account/accounts.ts";
import { openAccountState } from "../../../src/channel/account/state.ts";
import { nameHints } from "../../../src/channel/names/report.ts";
import { openNameResolver, type NameResolver } from "../../../src/channel/names/resolver.ts";
import { settingsById } from "../../../src/channel/names/settings.ts";
import type { AccountConfig } from "../../../src/config.ts";
import type { NameHolder, NameKind } from "../../../src/policy/index.ts";
import { fakeClock, settle, type FakeClock } from "../../fakes/clock.ts";

export type Row = readonly [id: string, ...names: string[]];

export interface NamesRig {
  readonly folder: string;
  readonly clock: FakeClock;
  readonly said: string[];
  /** Lists that were read, in order. */
  readonly listed: NameKind[];
  people: Row[];
  groups: Row[];
  config: object;
  /** Holds a list back, or fails it. */
  before: (kind: NameKind, signal: AbortSignal) => Promise<void>;
  logIn(uid: string): void;
  account(accountId?: string): ResolvedAccount;
  open(accountId?: string): NameResolver;
  /** Starts, connects once, waits for the look-up, stops. */
  once(accountId?: string): Promise<void>;
  settings(accountId?: string): AccountConfig;
  hints(accountId?: string): string[];
  dispose(): void;
}

/** The name resolution of one account over lists that exist only in memory. */
export function namesRig(): NamesRig {
  const folder = mkdtempSync(path.join(tmpdir(), "zalouser-names-"));
  vi.stubEnv("OPENCLAW_STATE_DIR", folder);
  const clock = fakeClock();
  const said: string[] = [];
  const listed: NameKind[] = [];
  const rig: NamesRig = {
    folder,
    clock,
    said,
    listed,
    people: [],
    groups: [],
    config: {},
    before: async () => undefined,
    logIn: (uid) => openAccountState("default").login.write({ uid, atMs: clock.now(), byLogin: true }),
    account: (accountId = "default") => resolveAccount({ channels: { zalouser: rig.config } }, accountId),
    open: (accountId) =>
      openNameResolver({
        account: () => rig.account(accountId),
        ownId: async () => openAccountState(accountId ?? "default").login.read()?.uid,
        list: async (kind, signal): Promise<NameHolder[]> => {
          listed.push(kind);
          await rig.before(kind, signal);
          return (kind === "person" ? rig.people : rig.groups).map(([id, ...names]) => ({ id, names }));
        },
        clock,
        log: { info: (line) => said.push(line), warn: (line) => said.push(`! ${line}`) },
      }),
    async once(accountId) {
      const names = rig.open(accountId);
      names.noteConnected();
      await settle();
      await settle();
      await names.stop();
    },
    settings: (accountId) => settingsById(rig.account(accountId)).settings,
    hints: (accountId) => nameHints(rig.account(accountId)),
    dispose() {
      vi.unstubAllEnvs();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  rig.logIn("3300912847765512008");
  return rig;
}
