import { z } from "zod";

const entry = z.union([z.string(), z.number()]);
const policy = z.strictObject({
  allow: z.array(z.string()).optional(),
  alsoAllow: z.array(z.string()).optional(),
  deny: z.array(z.string()).optional(),
});

const group = z.looseObject({
  enabled: z.boolean().optional(),
  requireMention: z.boolean().optional(),
  allowFrom: z.array(entry).optional(),
  tools: policy.optional(),
  toolsBySender: z.unknown().optional(),
  skills: z.array(z.string()).optional(),
  systemPrompt: z.string().optional(),
});

const account = z.looseObject({
  name: z.string().optional(),
  enabled: z.boolean().optional(),
  profile: z.string().optional(),
  zcaBinary: z.string().optional(),
  dmPolicy: z.enum(["pairing", "allowlist", "open", "disabled"]).optional(),
  allowFrom: z.array(entry).optional(),
  groupPolicy: z.enum(["open", "disabled", "allowlist"]).optional(),
  groupAllowFrom: z.array(entry).optional(),
  groups: z.record(z.string(), group).optional(),
  historyLimit: z.int().min(0).optional(),
  mediaMaxMb: z.number().positive().optional(),
});

/** `channels.openzalo`, as far as it says who gets in. */
const openzalo = account.extend({
  accounts: z.record(z.string(), account).optional(),
  defaultAccount: z.string().optional(),
});

type OldBlock = z.infer<typeof openzalo>;
export type OldAccount = z.infer<typeof account>;
export type OldGroup = z.infer<typeof group>;

/** Undefined when the block cannot be read. */
export function readOpenzalo(block: unknown): OldBlock | undefined {
  const parsed = openzalo.safeParse(block);
  return parsed.success ? parsed.data : undefined;
}
