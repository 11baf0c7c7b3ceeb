import type { OpenClawConfig } from "openclaw/plugin-sdk/config-contracts";
import { parseTarget } from "../../policy/index.js";
import { resolveAccount } from "../account/accounts.js";

/** Conversations for which the host takes deliveries out of its queue that it kept, by account; since when. */
const replays = new Map<string, number>();

/** How long it may take from there to the send: pauses between two deliveries, files to be fetched. */
const windowMs = 30 * 60_000;

interface Admission {
  readonly cfg: OpenClawConfig;
  readonly accountId?: string | null;
  readonly to: string;
  readonly phase: "live" | "recovery";
}

/** Nothing is turned away here, where it is not told which delivery it is; what was kept may be an earlier user's, though. */
export function admitDelivery({ cfg, accountId, to, phase }: Admission): { status: "allowed" } {
  const target = parseTarget(to);
  if (phase === "live" || "error" in target) return { status: "allowed" };
  const nowMs = Date.now();
  for (const [key, sinceMs] of replays) if (nowMs - sinceMs > windowMs) replays.delete(key);
  replays.set(keyOf(resolveAccount(cfg, accountId).accountId, `${target.kind}:${target.id}`), nowMs);
  return { status: "allowed" };
}

/** Whether what is sent to a conversation (`user:<id>` or `group:<id>`) now may have been kept by the host for some time. */
export function mayBeReplayed(accountId: string, thread: string): boolean {
  const sinceMs = replays.get(keyOf(accountId, thread));
  return sinceMs !== undefined && Date.now() - sinceMs <= windowMs;
}

function keyOf(accountId: string, thread: string): string {
  return `${accountId}\n${thread}`;
}
