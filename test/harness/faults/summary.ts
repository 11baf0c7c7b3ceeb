import type { Row } from "./table.ts";

/** What each kind of fault is, for people who do not know the simulator; in the order of the table. */
export const kinds: Readonly<Record<string, string>> = {
  start: "zca is missing, hangs at its start, or is another program or version",
  exit: "zca ends with every code, signal and error text that is known",
  hang: "zca never ends, ignores signals, leaves processes behind",
  "stdout damage": "damaged output: noise, broken encoding, endless lines, records cut or run together",
  "stderr damage": "floods and secrets on standard error",
  delivery: "messages delivered twice, late, out of order, with wrong clocks or without an id",
  session: "the session expires, is refused, taken over or another person's",
  server: "Zalo refuses, throttles, times out or cannot be reached",
  system: "full or read-only disk, broken profile files, vanished media, a text that is too long",
  lock: "the profile is locked: by a leftover, a stranger, a dead process",
  history: "the history comes back empty, old or with holes",
  host: "our own host is killed at a chosen moment",
  gateway: "a real OpenClaw gateway is killed, or its account's session expires",
};

/** The table in short: one line for each kind of fault, as the README quotes it. */
export function printSummary(rows: readonly Row[]): string[] {
  const groups = Map.groupBy(rows, ({ fault }) => kindOf(fault));
  const lines = Object.entries(kinds).flatMap(([kind, what]) => {
    const own = groups.get(kind);
    if (own === undefined) return [];
    const sum = (key: "lost" | "doubled" | "waiting") => own.reduce((total, row) => total + row[key], 0);
    const slowest = Math.max(0, ...own.filter(({ waiting }) => waiting === 0).map(({ recoveredMs }) => recoveredMs));
    const harmless = own.filter(({ operator }) => operator.startsWith("nothing")).length;
    const cells = [what, own.length, harmless, own.length - harmless, sum("lost"), sum("doubled"), sum("waiting")];
    return [`| ${kind} | ${cells.join(" | ")} | ${Math.round(slowest / 1000)} s |`];
  });
  return [
    "| Kind | What happens | Tried | No trace | Status or log says it | Lost | Doubled | Read back later | Slowest recovery |",
    "|---|---|---|---|---|---|---|---|---|",
    ...lines,
  ];
}

export function kindOf(fault: string): string {
  return fault.slice(0, fault.indexOf(":"));
}
