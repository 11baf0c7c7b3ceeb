import { rmSync } from "node:fs";

/** Removes one file, or what stands in its place. May throw the file system's error. */
export type Remove = (file: string) => void;

export function removeFile(file: string): void {
  rmSync(file, { force: true, recursive: true });
}

/** Whether the file is gone; on a read-only or failing disk it stays. */
export function tryRemove(file: string, remove: Remove): boolean {
  try {
    remove(file);
    return true;
  } catch {
    return false;
  }
}
