import type { Host } from "./host.ts";

/** What `channels.status` says of one account; without a probe, so nobody asks zca anything. */
export interface AccountStatus {
  readonly accountId: string;
  readonly running?: boolean;
  readonly connected?: boolean;
  readonly lastError?: string | null;
  /** The account has been given up until a person helps. */
  readonly terminalDisconnect?: boolean;
  /** Free-form details of the plugin. */
  readonly application?: Readonly<Record<string, unknown>>;
}

/** The accounts of our channel as the running gateway sees them, by id. */
export async function accountStatuses({ gateway }: Host): Promise<ReadonlyMap<string, AccountStatus>> {
  // The host's documented answer: a list of account snapshots per channel.
  const answer = (await gateway.call("channels.status")) as { channelAccounts: Record<string, AccountStatus[]> };
  return new Map((answer.channelAccounts["zalouser"] ?? []).map((account) => [account.accountId, account]));
}
