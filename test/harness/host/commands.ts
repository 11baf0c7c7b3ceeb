import path from "node:path";
import type { OpenClawConfig } from "openclaw/plugin-sdk/config-contracts";
import type { LoadedPlugin } from "../plugin.ts";
import type { Accounts } from "./accounts.ts";
import type { Order } from "./messages.ts";

type Command = Extract<Order, { readonly do: "issues" | "probe" | "web-login" | "send" | "directory" }>;

/** How an operator's command ended; `text` is what the operator reads when it failed. */
export interface CommandResult {
  readonly ok: boolean;
  readonly text: string;
}

export interface Commands {
  run(command: Command): Promise<unknown>;
}

export interface CommandsOptions {
  readonly plugin: () => LoadedPlugin;
  readonly cfg: () => OpenClawConfig;
  readonly accounts: Accounts;
}

/** What an operator asks of the host besides starting and stopping it, passed to the plugin as the host passes it. */
export function createCommands({ plugin, cfg, accounts }: CommandsOptions): Commands {
  const accountOf = (accountId: string) => plugin().channel.config.resolveAccount(cfg(), accountId);

  /** What `channels status` says. */
  async function issues(accountId: string) {
    const { status } = plugin().channel;
    const runtime = accounts.status(accountId);
    const snapshot =
      (await status?.buildAccountSnapshot?.({ account: accountOf(accountId), cfg: cfg(), runtime })) ?? runtime;
    return { snapshot, issues: status?.collectStatusIssues?.([snapshot]) ?? [] };
  }

  async function probe(accountId: string): Promise<CommandResult> {
    const { ok, error = "" } = await plugin().askZalo(accountOf(accountId), 20_000);
    return { ok, text: error };
  }

  async function webLogin(accountId: string): Promise<CommandResult> {
    const { gateway } = plugin().channel;
    const start = () => gateway?.loginWithQrStart?.({ accountId, timeoutMs: 20_000 });
    const first = await start();
    // The first answer may be the risk; asking again accepts it.
    const begun = /again to accept/u.test(first?.message ?? "") ? await start() : first;
    if (begun?.qrDataUrl === undefined) return { ok: begun?.connected === true, text: begun?.message ?? "" };
    const ended = await gateway?.loginWithQrWait?.({ accountId, timeoutMs: 20_000 });
    if (ended?.connected === true) accounts.start(accountId);
    return { ok: ended?.connected === true, text: ended?.message ?? "" };
  }

  async function send({ accountId, to, text, file }: Extract<Command, { do: "send" }>): Promise<CommandResult> {
    const context = { cfg: cfg(), accountId, to, text };
    const adapter = plugin().channel.message?.send;
    if (file === undefined) await adapter?.text?.(context);
    else await adapter?.media?.({ ...context, mediaUrl: file, mediaLocalRoots: [path.dirname(file)] });
    return { ok: true, text: "" };
  }

  async function directory({
    accountId,
    what,
    groupId,
  }: Extract<Command, { do: "directory" }>): Promise<CommandResult> {
    const { directory: lists } = plugin().channel;
    const runtime = { log() {}, error() {}, exit() {} };
    const params = { cfg: cfg(), accountId, runtime };
    if (what === "friends") await lists?.listPeers?.(params);
    else if (what === "groups") await lists?.listGroups?.(params);
    else await lists?.listGroupMembers?.({ ...params, groupId });
    return { ok: true, text: "" };
  }

  return {
    async run(command) {
      if (command.do === "issues") return issues(command.accountId);
      try {
        switch (command.do) {
          case "probe":
            return await probe(command.accountId);
          case "web-login":
            return await webLogin(command.accountId);
          case "send":
            return await send(command);
          case "directory":
            return await directory(command);
        }
      } catch (error) {
        return { ok: false, text: error instanceof Error ? error.message : String(error) } satisfies CommandResult;
      }
    },
  };
}
