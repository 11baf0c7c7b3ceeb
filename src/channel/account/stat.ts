import { statSync, type Stats } from "node:fs";

/**
 * What stands at a path: `undefined` when there is nothing, the error when nobody can tell (EACCES, ELOOP, EIO). Never
 * throws: these looks happen in timers and for every line, where an error would end the gateway.
 */
export function lookAt(file: string): Stats | Error | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
