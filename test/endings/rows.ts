import { spawn, type ChildProcess } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fault, zcaPath, type FaultEffect } from "../../sim/control.ts";
import type { EndingKind } from "../../src/supervisor/index.ts";
import type { AccountHost } from "../fakes/account-host.ts";

const login = "openclaw channels login --channel zalouser --account default";

/** One way a listener ends, and everything that follows. */
export interface Row {
  readonly ending: string;
  /** Brings it about, before the start or once connected. */
  readonly before?: (host: AccountHost) => void;
  readonly once?: (host: AccountHost) => void;
  readonly isA: EndingKind;
  /** What status says from then on. `blocked` reads so and is tried again, `over` waits for a person. */
  readonly becomes: "recovering" | "blocked" | "over";
  /** Bounds of the wait for the next try, in seconds. */
  readonly nextInS?: readonly [number, number];
  /** What the operator reads besides the account. */
  readonly says: readonly string[];
}

const soon = [0.4, 1] as const;
const slow = [19, 60] as const;
// A moment passes between the end and the plan for the next look.
const aMinute = [59, 61] as const;
/** Processes that stand for others; to be ended after each row. */
export const bystanders: ChildProcess[] = [];

/** The listener does so once; the next one is well. */
const listenDoes = (effect: FaultEffect) => (host: AccountHost) =>
  host.world.setFaults([fault({ command: "listen", first: 1 }, effect)]);
const exits = (effect: Omit<Extract<FaultEffect, { group: "exit" }>, "group">) =>
  listenDoes({ group: "exit", when: "printed", ...effect });
const hangs = (when: "start" | "printed", mode: "forever" | "close-stdout") =>
  listenDoes({ group: "hang", when, mode });
const closes = (code: 1000 | 1005 | 1006 | 3000 | 3003) => (host: AccountHost) => host.world.close("default", code);
const dies = (signal: NodeJS.Signals) => (host: AccountHost) => {
  const pid = host.world.listenerPid("default");
  if (pid !== undefined) process.kill(pid, signal);
};

/** A program of its own, so that nothing known about another one is taken for it. */
function program(host: AccountHost, text: string, mode = 0o755): void {
  const file = path.join(host.world.home, "chương trình", "zca");
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  chmodSync(file, mode);
  host.settings = { zcaBinary: file };
}

function heldByAListener(host: AccountHost): void {
  const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", "--", "--profile", "default", "listen"]);
  bystanders.push(other);
  const owner = { pid: other.pid, profile: "default", sessionId: "khác", startedAt: new Date().toISOString() };
  writeFileSync(path.join(host.world.home, "profiles", "default", "listener-owner.json"), JSON.stringify(owner));
}

export const rows: readonly Row[] = [
  {
    ending: "exit 1 without a word",
    before: exits({ code: 1 }),
    isA: "crash",
    becomes: "recovering",
    nextInS: soon,
    says: ["[ZCA_FAILED]", "channels status --probe"],
  },
  {
    ending: "exit 0 without a word",
    before: exits({ code: 0 }),
    isA: "closed",
    becomes: "recovering",
    nextInS: soon,
    says: ["[ZCA_NETWORK]"],
  },
  {
    ending: "a crash dump",
    before: exits({ crash: true }),
    isA: "crash",
    becomes: "recovering",
    nextInS: soon,
    says: ["[ZCA_FAILED]"],
  },
  {
    ending: "exit 75 out of turn",
    before: exits({ code: 75 }),
    isA: "recycle",
    becomes: "recovering",
    nextInS: soon,
    says: ["renewed"],
  },
  ...(["SIGKILL", "SIGTERM", "SIGHUP", "SIGSEGV"] as const).map((signal): Row => ({
    ending: signal,
    once: dies(signal),
    isA: "crash",
    becomes: "recovering",
    nextInS: soon,
    says: ["[ZCA_FAILED]"],
  })),
  ...([1000, 1005, 1006] as const).map((code): Row => ({
    ending: `close code ${code}`,
    once: closes(code),
    isA: "closed",
    becomes: "recovering",
    nextInS: soon,
    says: [`${code}`, "[ZCA_NETWORK]"],
  })),
  {
    ending: "close code 3000",
    once: closes(3000),
    isA: "evicted",
    becomes: "blocked",
    nextInS: slow,
    says: ["another gateway", "[ZCA_SESSION_SHARED]"],
  },
  {
    ending: "close code 3003",
    once: closes(3003),
    isA: "kicked",
    becomes: "blocked",
    nextInS: slow,
    says: ["at most three times an hour", login, "[ZCA_SESSION_ENDED]"],
  },
  {
    ending: "no heartbeat",
    before: hangs("printed", "forever"),
    isA: "silent",
    becomes: "recovering",
    nextInS: soon,
    says: ["no sign of life", "[ZCA_TIMEOUT]"],
  },
  {
    ending: "a closed stdout of a program that lives on",
    before: hangs("printed", "close-stdout"),
    isA: "silent",
    becomes: "recovering",
    nextInS: soon,
    says: ["[ZCA_TIMEOUT]"],
  },
  {
    ending: "no connection ever",
    before: hangs("start", "forever"),
    isA: "silent",
    becomes: "recovering",
    nextInS: soon,
    says: ["[ZCA_TIMEOUT]"],
  },
  {
    ending: "deaf but alive, as a program with its own keep-alive",
    before: (host) => {
      program(host, `#!/bin/sh\nexec "${zcaPath}" "$@"\n`);
      host.world.setPersonality("legacy");
    },
    once: closes(1006),
    isA: "closed",
    becomes: "recovering",
    nextInS: soon,
    says: ["1006"],
  },
  {
    ending: "Zalo out of reach",
    before: listenDoes({ group: "exit", when: "start", code: 1, stderr: "Error: fetch failed\n" }),
    isA: "network",
    becomes: "recovering",
    nextInS: soon,
    says: ["[ZCA_NETWORK]"],
  },
  {
    ending: "a profile another listener holds",
    before: heldByAListener,
    isA: "lock-held",
    becomes: "recovering",
    nextInS: [1.5, 2],
    says: ["`kill ", "[ZCA_BUSY]"],
  },
  {
    ending: "no login",
    before: (host) => host.world.expireSession(host.uid),
    isA: "login-refused",
    becomes: "over",
    says: [login, "[ZCA_LOGIN_REFUSED]"],
  },
  {
    ending: "a license that is missing",
    before: (host) => {
      program(host, `#!/bin/sh\nexec "${zcaPath}" "$@"\n`);
      host.world.setFaults([fault({ command: "listen" }, { group: "start", mode: "unlicensed" })]);
    },
    isA: "unlicensed",
    becomes: "over",
    says: ["license activate", "[ZCA_UNLICENSED]"],
  },
  {
    ending: "a program that is not there",
    before: (host) => {
      host.settings = { zcaBinary: path.join(host.world.home, "không có") };
    },
    isA: "binary-missing",
    becomes: "blocked",
    nextInS: aMinute,
    says: ["channels.zalouser.zcaBinary", "[ZCA_NOT_FOUND]"],
  },
  {
    ending: "a program that may not be run",
    before: (host) => program(host, "#!/bin/sh\n", 0o644),
    isA: "not-executable",
    becomes: "blocked",
    nextInS: aMinute,
    says: ["chmod +x", "[ZCA_NOT_EXECUTABLE]"],
  },
  {
    ending: "a program that is something else",
    before: (host) => program(host, "#!/bin/sh\necho xin chào\n"),
    isA: "unrecognized",
    becomes: "blocked",
    nextInS: aMinute,
    says: ["zca --version", "[ZCA_UNRECOGNIZED]"],
  },
  {
    ending: "a program that does not answer",
    before: (host) => program(host, "#!/bin/sh\nexec sleep 60\n"),
    isA: "no-start",
    becomes: "recovering",
    nextInS: soon,
    says: ["[ZCA_FAILED]"],
  },
];
