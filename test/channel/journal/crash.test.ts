import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { claimAll, journalRig, type JournalRig } from "./rig.ts";

const program = fileURLToPath(new URL("crash-child.ts", import.meta.url));

let rig: JournalRig;

beforeEach(() => {
  rig = journalRig();
});
afterEach(() => rig.dispose());

/** Runs the child until it has said so many things, then kills it without warning; returns what it said. */
async function killedAfter(steps: number): Promise<string[]> {
  const child = spawn(process.execPath, [program, rig.file], { stdio: ["ignore", "pipe", "inherit"] });
  const said: string[] = [];
  for await (const text of createInterface({ input: child.stdout })) {
    said.push(text);
    if (said.length === steps) child.kill("SIGKILL");
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  expect(child.signalCode).toBe("SIGKILL");
  return said;
}

const idsOf = (said: readonly string[], what: string) =>
  said.filter((text) => text.startsWith(`${what} `)).map((text) => text.slice(what.length + 1));

test.each([1, 3, 4, 5, 8, 23, 90, 200])(
  "a gateway killed after %i steps: what it had journaled waits, what it had completed is done, nothing else",
  async (steps) => {
    const said = await killedAfter(steps);
    const journal = rig.open();
    const [appended, completed] = [idsOf(said, "appended"), idsOf(said, "completed")];
    for (const id of appended) expect(journal.knows([id]) && journal.knows([`c:${id}`])).toBe(true);
    const offered: string[] = [];
    for (const lane of ["user:0", "user:1", "user:2"]) {
      const others = ["user:0", "user:1", "user:2"].filter((other) => other !== lane);
      for (;;) {
        const claim = await journal.queue.claimNext({ blockedLaneKeys: others });
        if (claim === null) break;
        offered.push(claim.id);
        expect(claim.payload?.raw).toContain(claim.id);
        await journal.queue.complete(claim);
      }
    }
    expect(offered.filter((id) => completed.includes(id))).toEqual([]);
    // What it said last may have been one step behind what it had done.
    const missing = appended.filter((id) => !offered.includes(id) && !completed.includes(id));
    expect(missing.length).toBeLessThanOrEqual(1);
    for (const part of [0, 1, 2]) {
      const order = offered.filter((id) => id.endsWith(`:${part}`)).map((id) => Number(id.split(":")[1]));
      expect(order).toEqual(order.toSorted((a, b) => a - b));
    }
    expect(await claimAll(journal)).toEqual([]);
    expect(rig.setAside).toEqual([]);
  },
);
