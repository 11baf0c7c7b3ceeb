// How much memory reading a listener's output takes, against a bare split loop over the same bytes.
// `node test/memory/listener-memory.ts [--mb 1024] [--endless-mb 100]` exits with 1 when a bar is broken.
import { parseArgs } from "node:util";
import { measureReading } from "./measure.ts";
import type { Reading } from "./reader.ts";

const mega = 1024 * 1024;
/** Heap and buffers still held after a collection. */
const RETAINED_BAR = 2 * mega;
/** Most memory at any time, over the bare loop's. */
const PEAK_BAR = 8 * mega;

const { values } = parseArgs({
  options: { mb: { type: "string", default: "1024" }, "endless-mb": { type: "string", default: "100" } },
});
const totalMb = Number(values.mb);
const endlessMb = Number(values["endless-mb"]);

const bare = await measureReading("bare", totalMb, endlessMb);
const plugin = await measureReading("plugin", totalMb, endlessMb);
console.log(`${totalMb} MB of listener output, one line of ${endlessMb} MB without a newline among it`);
console.log("          messages  too long  retained     peak  peak RSS");
report("bare loop", bare);
report("plugin", plugin);

const breaches = [
  plugin.messages === bare.messages
    ? ""
    : `the plugin read ${plugin.messages} messages, the bare loop ${bare.messages}`,
  plugin.oversize === 1 && bare.oversize === 1 ? "" : "the line without a newline was not discarded exactly once",
  plugin.retained <= RETAINED_BAR ? "" : `retained ${inMb(plugin.retained)} MB, the bar is ${inMb(RETAINED_BAR)}`,
  plugin.peak - bare.peak <= PEAK_BAR
    ? ""
    : `peak ${inMb(plugin.peak - bare.peak)} MB over the bare loop, the bar is ${inMb(PEAK_BAR)}`,
].filter((breach) => breach !== "");
for (const breach of breaches) console.log(`BREACH: ${breach}`);
if (breaches.length === 0) {
  const over = (plugin.peak - bare.peak) / mega;
  console.log(
    `OK: retained ${inMb(plugin.retained)} MB (bar 2.0), peak ${over.toFixed(1)} MB over the bare loop (bar 8.0)`,
  );
}
process.exitCode = breaches.length === 0 ? 0 : 1;

function report(name: string, { messages, oversize, retained, peak, peakRss }: Reading): void {
  const cells = [String(messages), String(oversize), inMb(retained), inMb(peak), inMb(peakRss)];
  console.log(`${name.padEnd(9)} ${cells.map((cell) => cell.padStart(9)).join(" ")}`);
}

function inMb(bytes: number): string {
  return (bytes / mega).toFixed(1);
}
