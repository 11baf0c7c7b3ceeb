import { writeFileSync } from "node:fs";
import path from "node:path";
import type { Strikes } from "./faults/strikes.ts";

/** The program's own writes; the bookkeeping of the simulation never fails with them. */
export interface OwnDisk {
  /** `exclusive` refuses an existing file with `EEXIST`. Throws Node's errors. */
  readonly write: (file: string, content: string | Uint8Array, options?: { readonly exclusive?: boolean }) => void;
}

export function createOwnDisk(home: string, strikes: Strikes): OwnDisk {
  let full = false;
  let readOnly = false;
  return {
    write(file, content, { exclusive = false } = {}) {
      const inHome = path.resolve(file).startsWith(path.resolve(home) + path.sep);
      const flag = exclusive ? "wx" : "w";
      readOnly ||= inHome && strikes.take("system", ({ mode }) => mode === "read-only-home") !== undefined;
      if (readOnly && inHome) throw diskError("EROFS", `read-only file system, open '${file}'`);
      full ||= strikes.take("system", ({ mode }) => mode === "full-disk") !== undefined;
      // A full disk still makes the file; only its content has no room.
      writeFileSync(file, full ? "" : content, { flag });
      if (full) throw diskError("ENOSPC", "no space left on device, write");
    },
  };
}

function diskError(code: "ENOSPC" | "EROFS", what: string): Error {
  return Object.assign(new Error(`${code}: ${what}`), { code });
}
