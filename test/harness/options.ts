import path from "node:path";
import { parseArgs } from "node:util";
import { breakNames, type BreakName } from "./breaks.ts";

export interface HarnessOptions {
  readonly seed: number;
  readonly minutes: number | undefined;
  /** Size of the run: points, rows. Undefined: all. */
  readonly count: number | undefined;
  readonly breaks: BreakName | undefined;
  readonly host: "gateway" | "fake";
  readonly only: string | undefined;
  /** Hosts at once. */
  readonly jobs: number | undefined;
  readonly dist: string | undefined;
  readonly keep: boolean;
}

/** Reads the arguments of a harness; a wrong one ends the process with a sentence and exit code 2. */
export function readOptions(allowed: readonly (keyof HarnessOptions | "break")[]): HarnessOptions {
  try {
    const { values } = parseArgs({
      options: {
        seed: { type: "string" },
        minutes: { type: "string" },
        count: { type: "string" },
        break: { type: "string" },
        host: { type: "string" },
        only: { type: "string" },
        jobs: { type: "string" },
        dist: { type: "string" },
        keep: { type: "boolean" },
      },
    });
    for (const name of Object.keys(values)) {
      if (!(allowed as readonly string[]).includes(name)) throw new Error(`There is no option --${name} here.`);
    }
    const number = (name: "seed" | "minutes" | "count" | "jobs") => {
      const text = values[name];
      if (text === undefined) return undefined;
      const value = Number(text);
      if (!Number.isFinite(value) || value <= 0) throw new Error(`--${name} needs a number above 0.`);
      return value;
    };
    const breaks = breakNames.find((name) => name === values.break);
    if (values.break !== undefined && breaks === undefined)
      throw new Error(`--break is one of ${breakNames.join(", ")}.`);
    const host = values.host ?? "gateway";
    if (host !== "gateway" && host !== "fake") throw new Error("--host is gateway or fake.");
    return {
      seed: number("seed") ?? 1,
      minutes: number("minutes"),
      count: number("count"),
      breaks,
      host,
      only: values.only,
      jobs: number("jobs"),
      dist: values.dist === undefined ? undefined : path.resolve(values.dist),
      keep: values.keep ?? false,
    };
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return process.exit(2);
  }
}

/** Runs the jobs, so many at once, and gives their results in the order of the jobs. */
export async function inParallel<T, R>(
  jobs: readonly T[],
  atOnce: number,
  run: (job: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < jobs.length; index = next++) {
      const job = jobs[index];
      if (job !== undefined) results[index] = await run(job, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, jobs.length) }, worker));
  return results;
}
