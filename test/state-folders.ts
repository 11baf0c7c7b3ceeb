import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the workers of a run put the state folders of their hosts. */
    readonly stateFolders: string;
  }
}

/**
 * A worker keeps its host's database open to its last moment and is then ended by a signal: what it leaves behind only
 * the run itself can remove.
 */
export default function makeStateFolders(project: Pick<TestProject, "provide">): () => void {
  const folder = mkdtempSync(path.join(tmpdir(), "zalouser-states-"));
  project.provide("stateFolders", folder);
  // A worker that is ended this moment may still write.
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
