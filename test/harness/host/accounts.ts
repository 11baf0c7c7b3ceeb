import { setTimeout as delay } from "node:timers/promises";
import type { ChannelAccountSnapshot } from "openclaw/plugin-sdk/channel-contract";
import type { OpenClawConfig } from "openclaw/plugin-sdk/config-contracts";
import type { LoadedPlugin } from "../plugin.ts";

export interface Accounts {
  /** Starts an account unless it runs; what `channels start` does. */
  start(accountId: string): void;
  /** Fires every account's signal and waits until all have ended. */
  stop(): Promise<void>;
  /** Those that have not ended. */
  running(): readonly string[];
  status(accountId: string): ChannelAccountSnapshot;
}

export interface AccountsOptions {
  readonly plugin: () => LoadedPlugin;
  readonly cfg: () => OpenClawConfig;
  readonly onStatus: (status: ChannelAccountSnapshot) => void;
  readonly onLog: (level: string, message: string) => void;
}

/** Pause before an account that ended by itself is started again; the real host waits 5 s and longer. */
const restartMs = 1000;

/** Runs accounts as the host does: only when linked, again when they end, not again when they say "blocked". */
export function openAccounts({ plugin, cfg, onStatus, onLog }: AccountsOptions): Accounts {
  const stopping = new AbortController();
  const statuses = new Map<string, ChannelAccountSnapshot>();
  const running = new Map<string, Promise<void>>();
  const status = (accountId: string) => statuses.get(accountId) ?? { accountId };
  const publish = (next: ChannelAccountSnapshot) => {
    statuses.set(next.accountId, { ...status(next.accountId), ...next });
    onStatus(status(next.accountId));
  };

  async function run(accountId: string): Promise<void> {
    const { config, gateway } = plugin().channel;
    while (!stopping.signal.aborted) {
      const account = config.resolveAccount(cfg(), accountId);
      if ((await config.isLinked?.(account, cfg())) === "not-linked") {
        onLog("warn", `[${accountId}] ${config.unlinkedReason?.(account, cfg()) ?? "not linked"}`);
        return;
      }
      publish({ accountId, terminalDisconnect: false });
      try {
        await gateway?.startAccount?.({
          cfg: cfg(),
          accountId,
          account,
          abortSignal: stopping.signal,
          runtime: { log() {}, error() {}, exit() {} },
          log: {
            info: (message) => onLog("info", message),
            debug() {},
            warn: (message) => onLog("warn", message),
            error: (message) => onLog("error", message),
          },
          getStatus: () => status(accountId),
          setStatus: publish,
        });
      } catch (error) {
        onLog("error", `[${accountId}] channel exited: ${String(error)}`);
      }
      if (status(accountId).terminalDisconnect === true) return;
      await delay(restartMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  return {
    start(accountId) {
      if (running.has(accountId)) return;
      running.set(
        accountId,
        run(accountId).finally(() => running.delete(accountId)),
      );
    },
    async stop() {
      stopping.abort();
      await Promise.all(running.values());
    },
    running: () => [...running.keys()],
    status,
  };
}
