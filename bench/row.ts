import { pairwise } from "./pairs.ts";
import { median, spread } from "./statistics.ts";

/** What must hold: of the median itself, or of the median over the pairs of its ratio to, or difference from, the baseline. */
export interface Bar {
  readonly of: "value" | "ratio" | "difference";
  readonly at: "most" | "least";
  readonly limit: number;
}

export interface Measurement {
  readonly name: string;
  readonly unit: string;
  readonly samples: readonly number[];
  /** What it is measured against, in the same run; as many samples, each taken beside ours. */
  readonly baseline?: { readonly name: string; readonly samples: readonly number[] };
  /** Without one the measurement is only reported. */
  readonly bar?: Bar;
  /** Where the most of it goes, as profiles showed: said when the bar is missed. */
  readonly cause?: string;
}

/** What rows may ask for; `quick` means fewer repetitions and less data, never another kind of measurement. */
export interface RowContext {
  readonly quick: boolean;
}

export interface Row {
  readonly name: string;
  run(context: RowContext): Promise<readonly Measurement[]>;
}

export interface Judged extends Measurement {
  readonly median: number;
  /** Tenth and ninetieth percentile. */
  readonly spread: readonly [number, number];
  readonly baselineMedian?: number;
  /** What the bar is held against. */
  readonly compared?: number;
  /** Undefined when there is no bar. */
  readonly met?: boolean;
}

export function judge(measurement: Measurement): Judged {
  const { samples, baseline, bar } = measurement;
  const judged = {
    ...measurement,
    median: median(samples),
    spread: spread(samples),
    ...(baseline ? { baselineMedian: median(baseline.samples) } : {}),
  };
  if (!bar) return judged;
  const compared = comparedBy(measurement, bar);
  return { ...judged, compared, met: bar.at === "most" ? compared <= bar.limit : compared >= bar.limit };
}

function comparedBy({ name, samples, baseline }: Measurement, bar: Bar): number {
  if (bar.of === "value") return median(samples);
  if (!baseline) throw new Error(`"${name}" has a bar against a baseline and brought none.`);
  const pairs = { ours: samples, theirs: baseline.samples };
  return median(pairwise(pairs, (ours, theirs) => (bar.of === "ratio" ? ours / theirs : ours - theirs)));
}
