import { nameOf } from "./plan.ts";
import type { Trial } from "./trial.ts";

export interface Row {
  readonly fault: string;
  readonly operator: string;
  readonly lost: number;
  readonly doubled: number;
  readonly recoveredMs: number;
  /** Only a person could mend it, and did. */
  readonly byLogin: boolean;
  /** What is wrong with this row, in words; empty: nothing. */
  readonly wrong: readonly string[];
}

const lostKinds = new Set(["lost", "unanswered"]);
const doubledKinds = new Set(["turn doubled", "answer doubled"]);

/** From the first trouble until everything is answered; a listener that has to be read back first takes some of it. */
const silentMs = 120_000;

export function rowOf(trial: Trial): Row {
  const { judgement, told, recoveredMs, recoveredBy, unused, struck, fault } = trial;
  const { breaches, counts } = judgement;
  const lost = breaches.filter(({ kind }) => lostKinds.has(kind)).length;
  const doubled = breaches.filter(({ kind }) => doubledKinds.has(kind)).length;
  const others = breaches.filter(({ kind }) => !lostKinds.has(kind) && !doubledKinds.has(kind));
  // An answer that comes minutes late, and nobody can tell why, is not harmless.
  const whole = counts.answered === counts.admitted && recoveredMs < silentMs;
  const operator =
    told[0] ?? (unused ? "nothing: the plugin never runs this command" : whole ? "nothing: harmless" : "");
  return {
    fault: nameOf(fault),
    operator,
    lost,
    doubled,
    recoveredMs,
    byLogin: recoveredBy === "login",
    wrong: [
      ...breaches.filter((breach) => !others.includes(breach)).map(({ kind, what }) => `${kind}: ${what}`),
      ...others.map(({ kind, what }) => `${kind}: ${what}`),
      ...(operator === "" ? ["the operator is told nothing"] : []),
      ...(struck || unused ? [] : ["the fault never struck, so this row proves nothing"]),
    ],
  };
}

/** One line per row, then what is wrong with it. */
export function printRow({ fault, operator, lost, doubled, recoveredMs, byLogin, wrong }: Row): string {
  const recovered = `${(recoveredMs / 1000).toFixed(1)} s${byLogin ? " with a login" : ""}`;
  const line = [fault, oneLine(operator), String(lost), String(doubled), recovered].join(" | ");
  return [line, ...wrong.map((what) => `    BREACH ${what}`)].join("\n");
}

function oneLine(text: string): string {
  const flat = text.replaceAll(/\s+/gu, " ").trim();
  return flat.length <= 220 ? flat : `${flat.slice(0, 219)}…`;
}

/** The table in short: one line for each kind of fault, as the README quotes it. */
export function printSummary(rows: readonly Row[]): string[] {
  const kinds = Map.groupBy(rows, ({ fault }) => fault.slice(0, fault.indexOf(":")));
  const lines = [...kinds].map(([kind, own]) => {
    const sum = (key: "lost" | "doubled") => own.reduce((total, row) => total + row[key], 0);
    const slowest = Math.max(...own.map(({ recoveredMs }) => recoveredMs));
    const silent = own.filter(({ operator }) => operator.startsWith("nothing")).length;
    const cells = [
      kind,
      own.length,
      own.length - silent,
      sum("lost"),
      sum("doubled"),
      `${Math.round(slowest / 1000)} s`,
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return [
    "| Kind of fault | Tried | Seen by the operator | Lost | Doubled | Slowest recovery |",
    "|---|---|---|---|---|---|",
    ...lines,
  ];
}
