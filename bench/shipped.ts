// The built package, which is what users run; the types come from the sources it was built of.
const built = (file: string): string => new URL(`../dist/${file}`, import.meta.url).href;

export const { createLineSplitter } = (await import(
  built("zca/output/lines.js")
)) as typeof import("../src/zca/output/lines.ts");
export const { readLine } = (await import(
  built("zca/listen/protocol.js")
)) as typeof import("../src/zca/listen/protocol.ts");
export const { createZca, decodeMessage, sendText, startListener } = (await import(
  built("zca/index.js")
)) as typeof import("../src/zca/index.ts");
export const { spawnChild } = (await import(
  built("zca/process/spawn.js")
)) as typeof import("../src/zca/process/spawn.ts");
