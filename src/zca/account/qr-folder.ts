import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { type ProcessTable, systemProcessTable } from "../process/process-table.js";

const prefix = "zalouser-login-";

/** A fresh private folder for the picture of a login, named after this process. Removes those whose process is gone. */
export function createQrFolder(parent: string, table: ProcessTable = systemProcessTable): string {
  for (const name of readdirSync(parent)) {
    const owner = name.startsWith(prefix) ? /^(\d+)-/.exec(name.slice(prefix.length))?.[1] : undefined;
    if (owner === undefined || table.describe(Number(owner)) !== undefined) continue;
    try {
      rmSync(path.join(parent, name), { recursive: true, force: true });
    } catch {
      continue; // Another user's: theirs to remove.
    }
  }
  return mkdtempSync(path.join(parent, `${prefix}${process.pid}-`));
}
