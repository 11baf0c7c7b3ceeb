import { writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** What every listener of the feeder prints once the file is there. */
export interface Feed {
  readonly perSecond: number;
  readonly total: number;
  /** A group that does not address the account; without it, direct messages of 500 people in turn. */
  readonly group?: string;
}

export const feederPath: string = fileURLToPath(new URL("programs/feeder.ts", import.meta.url));

/** Lets all listeners of this simulated Zalo begin. */
export function feed(zaloHome: string, what: Feed): void {
  writeFileSync(path.join(zaloHome, "feed.json"), JSON.stringify(what));
}
