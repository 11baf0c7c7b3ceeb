import { z } from "zod";
import { commandSchema, faultSchema } from "./faults.ts";

/** A word of the file for a person or a group; `bot` is the account. */
const word = z.string().regex(/^[a-z][a-z0-9-]*$/u, "must be a word of small letters, digits and hyphens, such as lan");
const text = z.string().min(1, "must not be empty");
const count = z.int().min(0);
const ms = z.int().min(0).max(600_000, "at most ten minutes");

const steps = [
  /** Somebody writes: to the account, or in a group, there perhaps with a mention of the account. */
  z.strictObject({
    do: z.literal("say"),
    from: word,
    text,
    in: word.optional(),
    mention: z.boolean().optional(),
    /** Keys laid over the line that `zca listen` prints, as in `world.say`. */
    overrides: z.record(z.string(), z.unknown()).optional(),
  }),
  /** The owner writes on the account's own phone. */
  z.strictObject({ do: z.literal("say-as-owner"), to: word, text }),
  /** Bytes on the listener's standard output, as they are: lines recorded from a real listener. */
  z.strictObject({ do: z.literal("print"), lines: z.array(z.string()).min(1) }),
  /** From now on these faults and no others. */
  z.strictObject({ do: z.literal("faults"), faults: z.array(faultSchema) }),
  /** SIGKILL; the host is started again by `restart`, the listener by the plugin. */
  z.strictObject({ do: z.literal("kill"), what: z.enum(["listener", "host"]) }),
  /** Stops the host as an operator does, unless it was killed, and starts it. */
  z.strictObject({ do: z.literal("restart") }),
  z.strictObject({ do: z.literal("network"), is: z.enum(["down", "up"]), ms: ms.optional() }),
  z.strictObject({ do: z.literal("close"), code: z.literal([1000, 1005, 1006, 3000, 3003]) }),
  z.strictObject({ do: z.literal("expire-session") }),
  z.strictObject({ do: z.literal("log-in") }),
  z.strictObject({ do: z.literal("wait-for"), what: z.enum(["listener", "quiet"]), withinMs: ms.optional() }),
  z.strictObject({ do: z.literal("wait-for-answer"), to: word, text, withinMs: ms.optional() }),
] as const;
const doings = steps.map(({ shape }) => shape.do.value).join(", ");
const step = z.discriminatedUnion("do", steps, { error: `must be one of ${doings}` });

const expectations = [
  /** The account sent this to a person or a group, so often (default once). */
  z.strictObject({ that: z.literal("answered"), to: word, text, times: count.optional() }),
  /** The account sent nothing there. */
  z.strictObject({ that: z.literal("silent"), to: word }),
  /** The agent was asked about a message with this text, so often (default once). */
  z.strictObject({ that: z.literal("asked"), text, times: count.optional() }),
  /** So many calls of a command of zca. */
  z.strictObject({ that: z.literal("called"), command: commandSchema, times: count }),
  /** A warning or an error of the log has these words. */
  z.strictObject({ that: z.literal("logged"), words: text }),
  /** `openclaw channels status` has these words among its issues. */
  z.strictObject({ that: z.literal("status"), words: text }),
] as const;
const claims = expectations.map(({ shape }) => shape.that.value).join(", ");
const expectation = z.discriminatedUnion("that", expectations, { error: `must be one of ${claims}` });

const person = z.union([
  text,
  z.strictObject({
    name: text,
    uid: z
      .string()
      .regex(/^\d{19}$/u, "must have 19 digits, in quotes")
      .optional(),
    friend: z.boolean().optional(),
  }),
]);

export const scenarioSchema = z.strictObject({
  about: text,
  /** The same seed gives the same ids. */
  seed: z.int().min(1).optional(),
  account: z.strictObject({ name: text }).optional(),
  people: z.record(word, person),
  groups: z.record(word, z.strictObject({ name: text, members: z.array(word).min(1) })).optional(),
  /** `channels.zalouser`; `@lan` stands for the id of lan. */
  config: z.record(z.string(), z.unknown()).optional(),
  /** What the agent says to a message that has the text; to all others it repeats what it was told. */
  agent: z.array(z.strictObject({ to: text, says: z.string() })).optional(),
  steps: z.array(step).min(1, "a scenario needs a step"),
  expect: z.array(expectation).min(1, "without an expectation a run would prove nothing"),
});

export const stepSchema = step;
export type Scenario = z.infer<typeof scenarioSchema>;
export type Step = z.infer<typeof step>;
export type Expectation = z.infer<typeof expectation>;
