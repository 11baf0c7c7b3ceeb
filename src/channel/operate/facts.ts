import { z } from "zod";
import type { ResolvedAccount } from "../account/accounts.js";
import { accountDetails, blockedReason, notices } from "./inspect.js";
import { supervisorSnapshot } from "./supervisors.js";

const decision = z.object({
  atMs: z.number(),
  threadId: z.string(),
  senderId: z.string(),
  result: z.enum(["admitted", "challenge", "context", "drop", "failed"]),
  reason: z.string(),
  configPath: z.string().exactOptional(),
});

const send = z.object({
  atMs: z.number(),
  to: z.string(),
  result: z.enum(["sent", "unsent", "unknown", "given-up"]),
  out: z.number(),
  parts: z.number(),
  code: z.string().exactOptional(),
  why: z.string().exactOptional(),
});

/** What a gateway of this version says of an account; of another one, what still fits. */
const application = z.object({
  inbound: z.number().catch(0),
  decisions: z.array(decision).catch([]),
  recentSends: z.array(send).catch([]),
  hints: z.array(z.string()).catch([]),
  queue: z.object({ depth: z.number() }).optional().catch(undefined),
  lastInboundAt: z.number().nullable().catch(null),
});

const snapshot = z.object({
  accountId: z.string(),
  enabled: z.boolean().catch(true),
  running: z.boolean().catch(false),
  connected: z.boolean().catch(false),
  lastError: z.string().nullish().catch(null),
  application: application.catch({ inbound: 0, decisions: [], recentSends: [], hints: [], lastInboundAt: null }),
});

/** What is known of an account that answers "why did it not answer". No message text. */
export type AccountFacts = z.infer<typeof snapshot>;

/** From the answer of a gateway to `channels.status`. */
export function factsFrom(answer: unknown, channel: string): AccountFacts[] {
  const shape = z.object({ channelAccounts: z.record(z.string(), z.array(z.unknown())) }).safeParse(answer);
  const rows = shape.data?.channelAccounts[channel] ?? [];
  return rows.flatMap((row) => snapshot.safeParse(row).data ?? []);
}

/** From inside the gateway. */
export function accountFacts(account: ResolvedAccount): AccountFacts {
  const details = accountDetails(account);
  const state = supervisorSnapshot(account.accountId);
  return {
    accountId: account.accountId,
    enabled: account.enabled,
    running: state !== undefined,
    connected: state?.phase === "running",
    lastError: account.fault?.message ?? blockedReason(account) ?? null,
    application: application.parse({ ...details, hints: notices(account) }),
  };
}
