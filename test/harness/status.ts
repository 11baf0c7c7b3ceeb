import type { FakeHost } from "./host/child.ts";

/** What `channels status` shows of an account. */
export interface ShownStatus {
  readonly snapshot: {
    readonly lifecycle?: string;
    readonly connected?: boolean;
    readonly terminalDisconnect?: boolean;
    readonly lastError?: string | null;
    readonly application?: Readonly<Record<string, unknown>>;
  };
  readonly issues: readonly { readonly message: string }[];
}

export async function statusOf(host: FakeHost, accountId: string): Promise<ShownStatus | undefined> {
  return host.ask<ShownStatus | undefined>({ do: "issues", accountId });
}

/** How many lines of zca status says it could not understand. */
export function malformedCount(status: ShownStatus | undefined): number {
  const counts = status?.snapshot.application?.["malformedLines"];
  return sum(typeof counts === "object" && counts !== null ? Object.values(counts) : []);
}

const uncoveredKeys = ["waiting", "tooOld", "cut", "partial", "failed", "givenUp", "unread"];

/** Whether status owns up to something that was said while nobody listened and is not read back. */
export function admitsUncovered(status: ShownStatus | undefined): boolean {
  const counts = status?.snapshot.application?.["catchUp"];
  if (typeof counts !== "object" || counts === null) return false;
  const known = new Map(Object.entries(counts));
  return sum(uncoveredKeys.map((key) => known.get(key))) > 0;
}

function sum(values: readonly unknown[]): number {
  return values.reduce<number>((total, value) => total + (typeof value === "number" ? value : 0), 0);
}
