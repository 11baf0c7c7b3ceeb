import { readFileSync, rmSync } from "node:fs";
import { CliError } from "../cli-error.ts";
import { isAlive, isCode } from "../world/disk.ts";
import type { OwnDisk } from "../own-disk.ts";
import type { Layout } from "../world/layout.ts";

export interface Owner {
  readonly pid: number;
  readonly profile: string;
  readonly sessionId: string;
  readonly startedAt: string;
}

/** Takes the profile's listener lock; a living holder refuses, a dead one is passed over (contract 8.14). */
export function takeLock(
  layout: Layout,
  owner: Owner,
  { enforced, disk }: { readonly enforced: boolean; readonly disk: OwnDisk },
): () => void {
  const file = layout.lock(owner.profile);
  if (!create(file, owner, disk)) {
    const holder = readOwner(layout, owner.profile);
    if (enforced && holder !== undefined && isAlive(holder.pid)) {
      throw new CliError(`Another openzca listener already owns profile "${owner.profile}" (pid ${holder.pid}).`);
    }
    rmSync(file, { force: true });
    create(file, owner, disk);
  }
  return () => {
    if (readOwner(layout, owner.profile)?.sessionId === owner.sessionId) rmSync(file, { force: true });
  };
}

/** Who holds the lock; undefined when nobody does or the file is broken. */
export function readOwner(layout: Layout, profile: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(layout.lock(profile), "utf8")) as Owner;
  } catch (error) {
    if (isCode(error, "ENOENT") || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The living holder of the lock. */
export function liveOwner(layout: Layout, profile: string): Owner | undefined {
  const owner = readOwner(layout, profile);
  return owner !== undefined && isAlive(owner.pid) ? owner : undefined;
}

function create(file: string, owner: Owner, disk: OwnDisk): boolean {
  try {
    disk.write(file, `${JSON.stringify(owner)}\n`, { exclusive: true });
    return true;
  } catch (error) {
    if (isCode(error, "EEXIST")) return false;
    throw error;
  }
}
