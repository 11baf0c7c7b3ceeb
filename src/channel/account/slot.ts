import { chmodSync, chownSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { z } from "zod";
import { ZalouserError } from "../../errors.js";
import { lookAt } from "./stat.js";

/** One small JSON file that several processes may read and one writes. */
export interface Slot<T> {
  readonly path: string;
  /** Undefined when nothing (readable) is stored. */
  read(): T | undefined;
  write(value: T): void;
  clear(): void;
  /** Changes whenever the stored value does; 0 when there is none. While nobody can tell it stays what it was. */
  version(): number;
}

export function openSlot<T>(file: string, schema: z.ZodType<T>, accountId?: string): Slot<T> {
  let lastVersion = 0;
  return {
    path: file,
    read() {
      // Most of them are not there most of the time, and are asked for with every message: an error costs ten such looks.
      if (lookAt(file) === undefined) return undefined;
      try {
        return schema.safeParse(JSON.parse(readFileSync(file, "utf8"))).data;
      } catch {
        // Missing, unreadable or cut by a crash: the same as nothing stored, each caller starts afresh.
        return undefined;
      }
    },
    write(value) {
      try {
        ensurePrivateFolder(path.dirname(file));
        const draft = `${file}.${process.pid}.tmp`;
        writeFileSync(draft, `${JSON.stringify(value)}\n`, { mode: 0o600 });
        giveToOwnerOf(path.dirname(file), draft);
        renameSync(draft, file);
      } catch (cause) {
        throw new ZalouserError("STATE_UNWRITABLE", `Could not write ${file}.`, {
          cause,
          ...(accountId === undefined ? {} : { accountId }),
        });
      }
    },
    clear() {
      rmSync(file, { force: true });
    },
    version() {
      const found = lookAt(file);
      if (!(found instanceof Error)) lastVersion = found?.mtimeMs ?? 0;
      return lastVersion;
    },
  };
}

export function ensurePrivateFolder(folder: string): void {
  const made = mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (made !== undefined) {
    const steps = path.relative(path.dirname(made), folder).split(path.sep);
    steps.reduce((above, step) => {
      giveToOwnerOf(above, path.join(above, step));
      return path.join(above, step);
    }, path.dirname(made));
  }
  chmodSync(folder, 0o700);
}

/** What root writes on a gateway's behalf, `sudo openclaw …`, the gateway has to be able to read. */
function giveToOwnerOf(folder: string, entry: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(folder);
  chownSync(entry, uid, gid);
}
