// The built package, which is what users run; the types come from the sources it was built of.
import type * as Lines from "../src/zca/output/lines.ts";
import type * as Protocol from "../src/zca/listen/protocol.ts";
import type * as Spawning from "../src/zca/process/spawn.ts";
import type * as Zca from "../src/zca/index.ts";

const built = (file: string): Promise<unknown> => import(new URL(`../dist/${file}`, import.meta.url).href);

export const { createLineSplitter } = (await built("zca/output/lines.js")) as typeof Lines;
export const { readLine } = (await built("zca/listen/protocol.js")) as typeof Protocol;
export const { createZca, decodeMessage, sendText } = (await built("zca/index.js")) as typeof Zca;
export const { spawnChild } = (await built("zca/process/spawn.js")) as typeof Spawning;
