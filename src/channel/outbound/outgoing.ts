import { readdirSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { openAccountState } from "../account/state.js";

/** Where files lie while zca sends them, each in a folder of its own. */
export function outgoingFolder(accountId: string): string {
  return path.join(openAccountState(accountId).folder, "outgoing");
}

/**
 * Files of a process before this one, which a kill or a crash kept from removing them: they are somebody's pictures. Only
 * once no send of that process runs any more. Never throws; what stays is tried again by the next process.
 */
export function discardEarlierMedia(accountId: string, startedAtMs: number = performance.timeOrigin): void {
  const root = outgoingFolder(accountId);
  for (const name of namesIn(root)) {
    try {
      const folder = path.join(root, name);
      if (statSync(folder).mtimeMs < startedAtMs) rmSync(folder, { recursive: true, force: true });
    } catch {
      // Gone meanwhile, or not ours to remove.
    }
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
