import { describe, expect, test } from "vitest";
import { breakNames, type BreakName } from "./breaks.ts";
import { runHarness } from "./run-harness.ts";

const breaches: Readonly<Record<BreakName, RegExp>> = {
  journal: /BREACH lost/u,
  dedupe: /BREACH turn doubled/u,
  order: /BREACH order/u,
  policy: /BREACH stranger/u,
  pacing: /BREACH pacing/u,
};

/** The shortest run of each harness that has to see the promise broken. */
function quickest(program: "crash-points" | "faults" | "soak", name: BreakName): readonly string[] {
  switch (program) {
    case "crash-points":
      return [];
    case "soak":
      return ["--host", "fake", "--minutes", "0.1", "--only", name === "journal" ? "host killed" : "delivered twice"];
    case "faults":
      return ["--only", name === "journal" ? "host: SIGKILL while a message is taken in" : "now: under another id"];
  }
}

/** Whether a kill finds something to lose is a matter of moments, and on a busy machine one run may miss it. */
const seeds = ["1", "2", "3"];

// Five at a time: most of their time is waiting.
describe.concurrent("a harness sees a promise that is switched off", () => {
  const runs = (["crash-points", "soak", "faults"] as const).flatMap((program) =>
    breakNames.map((name) => [program, name] as const),
  );
  test.each(runs)("%s: %s", { timeout: 600_000 }, async (program, name) => {
    const outputs: string[] = [];
    for (const seed of seeds) {
      const { code, output } = await runHarness(program, ...quickest(program, name), "--seed", seed, "--break", name);
      outputs.push(output);
      if (!breaches[name].test(output)) continue;
      expect(code).toBe(1);
      return;
    }
    expect(outputs.join("\n")).toMatch(breaches[name]);
  });
});
