import type { Breach } from "../evidence-types.ts";
import { BreachSeen } from "../patience.ts";
import { nameOf } from "./plan.ts";
import type { Trial } from "./trial.ts";

export interface Row {
  /** `<kind>: <what exactly>` */
  readonly fault: string;
  readonly operator: string;
  readonly lost: number;
  readonly doubled: number;
  /** Messages that status counts as waiting to be read back, and that were not within the run. */
  readonly waiting: number;
  readonly recoveredMs: number;
  /** Only a person could mend it, and did. */
  readonly byLogin: boolean;
  /** What is wrong with this row, in words; empty: nothing. */
  readonly wrong: readonly string[];
  /** How it came about, printed only where something is wrong. */
  readonly trail: readonly string[];
}

/** What became of one fault. */
export interface Found {
  readonly fault: string;
  /** What the operator could read, most telling first. */
  readonly told: readonly string[];
  readonly breaches: readonly Breach[];
  /** Everything was answered. */
  readonly isWhole: boolean;
  readonly waiting: number;
  readonly recoveredMs: number;
  readonly byLogin: boolean;
  /** Why it proves nothing; empty: it does. */
  readonly doubts: readonly string[];
  readonly trail: readonly string[];
}

const lostKinds = new Set(["lost", "unanswered"]);
const doubledKinds = new Set(["turn doubled", "answer doubled"]);

/** From the first trouble until everything is answered; a listener that has to be read back first takes some of it. */
const silentMs = 120_000;

export function rowFrom({ told, breaches, isWhole, doubts, ...found }: Found): Row {
  const count = (kinds: ReadonlySet<string>) => breaches.filter(({ kind }) => kinds.has(kind)).length;
  // An answer that comes minutes late, and nobody can tell why, is not harmless.
  const operator = told[0] ?? (isWhole && found.recoveredMs < silentMs ? "nothing: harmless" : "");
  return {
    ...found,
    operator,
    lost: count(lostKinds),
    doubled: count(doubledKinds),
    wrong: [
      ...breaches.map(({ kind, what }) => `${kind}: ${what}`),
      ...(operator === "" ? ["the operator is told nothing"] : []),
      ...doubts.map((doubt) => `${doubt}, so this row proves nothing`),
    ],
  };
}

export function rowOf({ judgement, recoveredBy, unused, struck, fault, told, recoveredMs, trail }: Trial): Row {
  const { breaches, counts } = judgement;
  return rowFrom({
    fault: nameOf(fault),
    told: told.length === 0 && unused ? ["nothing: the plugin never runs this command"] : told,
    breaches,
    isWhole: counts.answered === counts.admitted,
    waiting: counts.uncovered,
    recoveredMs,
    byLogin: recoveredBy === "login",
    doubts: struck || unused ? [] : ["the fault never struck"],
    trail,
  });
}

/** Of a trial that could not be carried out, or not to its end. */
export function failedRows(faults: readonly string[], error: unknown): Row[] {
  const breaches = error instanceof BreachSeen ? error.judgement.breaches : [];
  const doubts = breaches.length > 0 ? [] : ["the trial failed"];
  const rest = { told: [], breaches, isWhole: false, waiting: 0, recoveredMs: 0, byLogin: false, doubts };
  // The reason may be long: it is told once.
  return faults.map((fault, index) => rowFrom({ fault, ...rest, trail: index === 0 ? describe(error) : [] }));
}

/** One line per row, then what is wrong with it. */
export function printRow(row: Row): string {
  const { fault, operator, lost, doubled, wrong, trail } = row;
  const line = [fault, oneLine(operator), String(lost), String(doubled), recoveryOf(row)].join(" | ");
  if (wrong.length === 0) return line;
  return [line, ...wrong.map((what) => `    BREACH ${what}`), ...trail.map((step) => `      ${step}`)].join("\n");
}

function recoveryOf({ recoveredMs, byLogin, waiting }: Row): string {
  if (waiting > 0) return `${waiting} wait to be read back`;
  return `${(recoveredMs / 1000).toFixed(1)} s${byLogin ? " with a login" : ""}`;
}

function oneLine(text: string): string {
  const flat = text.replaceAll(/\s+/gu, " ").trim();
  return flat.length <= 220 ? flat : `${flat.slice(0, 219)}…`;
}

function describe(error: unknown): string[] {
  return (error instanceof Error ? error.message : String(error)).split("\n");
}
