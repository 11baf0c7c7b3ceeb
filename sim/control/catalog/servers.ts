import type { HistoryEffect, ServerEffect, SessionEffect } from "../../faults/effects.ts";
import type { FaultMatch } from "../../faults/fault.ts";
import type { World } from "../../control.ts";
import { arranged, type CataloguedFault, scripted } from "./entry.ts";

const session = (
  [variant, command]: readonly [string, string],
  effect: Omit<SessionEffect, "group">,
  match?: Omit<FaultMatch, "command" | "profile">,
) =>
  scripted({
    row: "session",
    variant,
    command,
    effects: [{ group: "session", ...effect }],
    ...(match === undefined ? {} : { match }),
  });

const server = (
  variant: string,
  effect: Omit<ServerEffect, "group">,
  { command = "msg send", first = 1 }: { readonly command?: string; readonly first?: number } = {},
) => scripted({ row: "server", variant, command, effects: [{ group: "server", ...effect }], match: { first } });

const history = (variant: string, effect: Omit<HistoryEffect, "group">) =>
  scripted({
    row: "history",
    variant,
    command: "msg recent",
    effects: [{ group: "history", ...effect }],
    match: { first: 1000 },
  });

export const sessions: readonly CataloguedFault[] = [
  session(["expiry mid-run", "listen"], { mode: "expire", afterMs: 500 }),
  session(["expiry mid-run", "msg send"], { mode: "expire" }),
  session(["expiry at start", "listen"], { mode: "expire" }),
  session(["flapping auth", "listen"], { mode: "refuse" }, { every: 2 }),
  session(["flapping auth", "msg send"], { mode: "refuse" }, { every: 2 }),
  session(["flapping auth", "auth status"], { mode: "refuse" }, { every: 2 }),
  arranged("session", ["wrong uid after re-login", "auth login"], (world, profile) => {
    const { uid } = stranger(world);
    return session(["wrong uid after re-login", "auth login"], { mode: "login-as", uid }).stage(world, profile);
  }),
  arranged("session", ["wrong uid after re-login: done already", "listen"], (world, profile) => {
    const { uid } = stranger(world);
    const before = world.accountOf(profile);
    world.logIn(profile, uid);
    return {
      undo() {
        if (before !== undefined) world.logIn(profile, before);
      },
    };
  }),
  session(["login elsewhere", "listen"], { mode: "login-elsewhere", afterMs: 500 }),
  session(["login elsewhere: again and again", "listen"], { mode: "login-elsewhere", afterMs: 500 }, { every: 1 }),
];

export const servers: readonly CataloguedFault[] = [
  server("rate limit for n calls then fine", { mode: "rate-limit" }, { first: 3 }),
  server("rate limit for n calls then fine", { mode: "rate-limit" }, { command: "listen", first: 3 }),
  server("122", { mode: "stranger-refused" }),
  server("123", { mode: "cannot-receive" }),
  server("114", { mode: "bad-parameter" }),
  server("network down for n s", { mode: "network-down", ms: 3000 }),
  server("network down for n s", { mode: "network-down", ms: 3000, afterMs: 300 }, { command: "listen" }),
  server("timeout: sent", { mode: "timeout", when: "sent" }),
  server("timeout: not sent", { mode: "timeout", when: "start" }),
  server("id-less success: sent", { mode: "no-id", when: "sent" }),
  server("id-less success: not sent", { mode: "no-id", when: "start" }),
  server("chunk k fails: within one call", { mode: "chunk-fails", chunk: 1 }),
  scripted({
    row: "server",
    variant: "chunk k fails: of several calls",
    command: "msg send",
    effects: [{ group: "server", mode: "rate-limit" }],
    match: { nth: 2 },
  }),
  server("retry needed once", { mode: "retry-once" }),
];

/** No row of the table, but contract 6.6 says it: lists are partial or empty with exit 0. */
export const histories: readonly CataloguedFault[] = [
  history("empty", { mode: "empty" }),
  history("partial", { mode: "partial" }),
  history("stale", { mode: "stale" }),
];

function stranger(world: World): { readonly uid: string } {
  return (
    world.people().find(({ displayName }) => displayName === strangerName) ??
    world.addPerson({ displayName: strangerName })
  );
}

const strangerName = "Người khác";
