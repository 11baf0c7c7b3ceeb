import { readdirSync, watch } from "node:fs";
import path from "node:path";

/** Editors write a file in several steps, and a branch switch writes many files. */
const quietMs = 200;

/**
 * Calls `onChange` with the files that changed below a folder, once they have been at rest. Each folder has a watcher of
 * its own: on Linux a recursive one loses sight of a file as soon as an editor has put a new one in its place.
 */
export function watchFolder(root: string, onChange: (files: readonly string[]) => void): () => void {
  const changed = new Set<string>();
  let watched = new Map<string, () => void>();
  let timer: NodeJS.Timeout | undefined;

  const hear = (file: string) => {
    if (file.endsWith(".ts")) changed.add(file);
    clearTimeout(timer);
    timer = setTimeout(tell, quietMs);
  };
  /** Anew each time: a folder that was removed and made again has its old name only. */
  const attend = () => {
    const former = watched;
    watched = new Map(foldersBelow(root).map((folder) => [folder, watchOne(root, folder, hear)]));
    for (const end of former.values()) end();
    return [...watched.keys()].filter((folder) => !former.has(folder));
  };
  const tell = () => {
    try {
      // What was written into a new folder before it was watched.
      for (const folder of attend()) for (const file of sourcesIn(root, folder)) changed.add(file);
    } catch {
      // A folder went away under our eyes; the next look is at what is left.
      timer = setTimeout(tell, quietMs);
      return;
    }
    const files = [...changed].sort();
    changed.clear();
    if (files.length > 0) onChange(files);
  };

  attend();
  return () => {
    clearTimeout(timer);
    for (const end of watched.values()) end();
  };
}

function watchOne(root: string, folder: string, hear: (file: string) => void): () => void {
  try {
    const watcher = watch(path.join(root, folder), (_event, name) => hear(path.join(folder, name ?? "")));
    watcher.on("error", () => watcher.close());
    return () => watcher.close();
  } catch {
    // It was removed this moment; the watcher of the folder above tells of that.
    return () => {};
  }
}

/** The root as "" and all folders below it, relative to it. */
function foldersBelow(root: string): string[] {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory());
  return ["", ...folders.map(({ parentPath, name }) => path.relative(root, path.join(parentPath, name)))];
}

function sourcesIn(root: string, folder: string): string[] {
  const names = readdirSync(path.join(root, folder));
  return names.filter((name) => name.endsWith(".ts")).map((name) => path.join(folder, name));
}

export interface Repeater {
  /** Runs the work, after the run that is under way; several askings make one run. */
  run(): Promise<void>;
  /** Settles when nothing runs any more. */
  idle(): Promise<void>;
  isRunning(): boolean;
}

/** Runs one piece of work at a time. A run whose result nobody wants any more, since another was asked for, is told by its signal. */
export function oneAtATime(work: (outdated: AbortSignal) => Promise<void>): Repeater {
  let current: Promise<void> | undefined;
  let outdated: AbortController | undefined;
  let isWanted = false;
  const runAll = async () => {
    while (isWanted) {
      isWanted = false;
      outdated = new AbortController();
      await work(outdated.signal);
    }
  };
  return {
    run() {
      isWanted = true;
      outdated?.abort();
      current ??= runAll().finally(() => (current = undefined));
      return current;
    },
    idle: async () => current,
    isRunning: () => current !== undefined,
  };
}
