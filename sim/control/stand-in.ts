import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** A `zca` of its own that can be missing or useless, which no running program could arrange. */
export interface StandIn {
  /** Name it as the binary, or put its folder on PATH. */
  readonly path: string;
  /** Starting it fails with `ENOENT`. */
  readonly remove: () => void;
  /** Starting it fails with `EACCES`. */
  readonly forbid: () => void;
  /** Starting it works and runs the simulator. */
  readonly restore: () => void;
}

const simulator = fileURLToPath(new URL("../bin/zca", import.meta.url));

/** Makes the folder and a working `zca` in it. */
export function createStandIn(folder: string): StandIn {
  const file = path.join(folder, "zca");
  const put = (mode: number) => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, `#!/bin/sh\nexec "${simulator}" "$@"\n`);
    chmodSync(file, mode);
  };
  put(0o755);
  return {
    path: file,
    remove: () => rmSync(file, { force: true }),
    forbid: () => put(0o644),
    restore: () => put(0o755),
  };
}
