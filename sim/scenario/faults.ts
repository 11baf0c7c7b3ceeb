import { z } from "zod";
import { legacy, openzca } from "../cli/grammar.ts";
import type { EffectOf, FaultEffect, Stage } from "../faults/effects.ts";

const stages = ["start", "sent", "printed"] satisfies Stage[];
const when = z.enum(stages).optional();
const amount = z.int().min(0).optional();
const words = z.string().optional();

/** The members of `FaultEffect`, word for word: what the simulator would pass over is refused in a file. */
const effects = [
  z.strictObject({
    group: z.literal("start"),
    mode: z.enum([
      "slow",
      "other-personality",
      "other-version",
      "other-program",
      "unlicensed",
    ] satisfies EffectOf<"start">["mode"][]),
    ms: amount,
    version: words,
  }),
  z.strictObject({
    group: z.literal("exit"),
    when,
    code: z.int().min(0).max(255).optional(),
    signal: z.enum(["SIGHUP", "SIGINT", "SIGKILL", "SIGTERM"]).optional(),
    stdout: words,
    stderr: words,
    error: words,
    midLine: z.boolean().optional(),
    crash: z.boolean().optional(),
  }),
  z.strictObject({
    group: z.literal("hang"),
    when,
    mode: z.enum([
      "forever",
      "until-sigterm",
      "ignore-sigterm",
      "ignore-sigterm-for",
      "close-stdout",
      "grandchild",
      "zombie",
    ] satisfies EffectOf<"hang">["mode"][]),
    ms: amount,
  }),
  z.strictObject({
    group: z.literal("stdout"),
    mode: z.enum([
      "garbage-lines",
      "ansi",
      "bom",
      "crlf",
      "empty-lines",
      "json-scalars",
      "truncated-json",
      "two-on-one-line",
      "no-final-newline",
      "byte-by-byte",
      "split-character",
      "invalid-utf8",
      "nul-bytes",
      "long-line",
      "endless-line",
      "prefix-noise",
      "trailing-noise",
    ] satisfies EffectOf<"stdout">["mode"][]),
    bytes: amount,
    ms: amount,
    sameLine: z.boolean().optional(),
  }),
  z.strictObject({
    group: z.literal("stderr"),
    when,
    mode: z.enum(["flood", "no-newline", "binary", "secrets"] satisfies EffectOf<"stderr">["mode"][]),
    bytes: amount,
  }),
  z.strictObject({
    group: z.literal("session"),
    mode: z.enum(["expire", "refuse", "login-as", "login-elsewhere"] satisfies EffectOf<"session">["mode"][]),
    uid: words,
    afterMs: amount,
  }),
  z.strictObject({
    group: z.literal("delivery"),
    mode: z.enum([
      "duplicate",
      "duplicate-after-reconnect",
      "duplicate-in-two-processes",
      "duplicate-other-id",
      "out-of-order",
      "missing-id",
      "same-id-other-content",
      "old-timestamp",
      "milliseconds",
      "seconds",
      "future-clock",
    ] satisfies EffectOf<"delivery">["mode"][]),
    ms: amount,
  }),
  z.strictObject({
    group: z.literal("server"),
    mode: z.enum([
      "rate-limit",
      "stranger-refused",
      "cannot-receive",
      "bad-parameter",
      "network-down",
      "timeout",
      "no-id",
      "chunk-fails",
      "retry-once",
    ] satisfies EffectOf<"server">["mode"][]),
    when,
    ms: amount,
    afterMs: amount,
    chunk: z.int().min(1).optional(),
  }),
  z.strictObject({
    group: z.literal("system"),
    mode: z.enum([
      "read-only-home",
      "full-disk",
      "broken-profiles",
      "no-media-folder",
      "media-vanishes",
    ] satisfies EffectOf<"system">["mode"][]),
  }),
  z.strictObject({
    group: z.literal("lock"),
    mode: z.enum(["foreign", "stale", "freed-late"] satisfies EffectOf<"lock">["mode"][]),
    ms: amount,
  }),
  z.strictObject({
    group: z.literal("history"),
    mode: z.enum(["empty", "partial", "stale"] satisfies EffectOf<"history">["mode"][]),
    keep: amount,
    missing: amount,
    ms: amount,
  }),
] as const;

const groups = effects.map(({ shape }) => shape.group.value);
const effect = z
  .discriminatedUnion("group", effects, { error: `must have a group: ${groups.join(", ")}` })
  .transform((value) => value as FaultEffect);

const paths = [...openzca.commands, ...legacy.commands].map(({ path }) => path.join(" "));
const commands = [...new Set([...paths, "--version", "help"])];

/** A command of `zca` as the journal calls it, such as `msg send`. */
export const commandSchema = z.enum(commands, { error: `must be one of ${commands.join(", ")}` });

export const faultSchema = z.strictObject({
  match: z
    .strictObject({
      command: commandSchema.optional(),
      profile: z.string().min(1).optional(),
      nth: z.int().min(1).optional(),
      every: z.int().min(1).optional(),
      first: z.int().min(1).optional(),
      chance: z.number().min(0).max(1).optional(),
    })
    .optional(),
  effect,
});
