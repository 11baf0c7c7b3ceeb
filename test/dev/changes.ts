import { watch } from "node:fs";

/** Editors write a file in several steps, and a branch switch writes many files. */
const quietMs = 200;

/** Calls `onChange` with the files that changed below a folder, once they have been at rest. */
export function watchFolder(folder: string, onChange: (files: readonly string[]) => void): () => void {
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const tell = () => {
    const files = [...changed].sort();
    changed.clear();
    onChange(files);
  };
  const watcher = watch(folder, { recursive: true }, (_event, file) => {
    if (file === null || !file.endsWith(".ts")) return;
    changed.add(file);
    clearTimeout(timer);
    timer = setTimeout(tell, quietMs);
  });
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}

/** Runs one piece of work at a time; what is asked for meanwhile is run once more afterwards, not once for each asking. */
export function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let current: Promise<void> | undefined;
  let isWanted = false;
  const run = async () => {
    do {
      isWanted = false;
      await work();
    } while (isWanted);
  };
  return () => {
    isWanted = true;
    current ??= run().finally(() => (current = undefined));
    return current;
  };
}
