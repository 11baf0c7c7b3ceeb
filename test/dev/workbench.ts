import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export interface Build {
  readonly ok: boolean;
  /** What the compiler said. */
  readonly errors: string;
  readonly tookMs: number;
}

export interface Workbench {
  /** What OpenClaw links: manifest, package, and the plugin as it was built last without an error. */
  readonly folder: string;
  /** Compiles `src`; when it has an error, the last good build stays. */
  build(signal: AbortSignal): Promise<Build>;
  /** Waits for the compiler, whose signal has been fired: it would write on behind our back. */
  dispose(): Promise<void>;
}

const compiler = fileURLToPath(new URL("../../node_modules/.bin/tsc", import.meta.url));
const tools = fileURLToPath(new URL("../../.tools", import.meta.url));

/**
 * A package folder apart from `dist`, which tests may delete and build meanwhile. It lies inside this repository, where
 * its packages resolve: OpenClaw takes no plugin whose `node_modules` is a link.
 */
export function createWorkbench(source: string): Workbench {
  mkdirSync(tools, { recursive: true });
  const folder = mkdtempSync(path.join(tools, "dev-"));
  let compiling: Promise<unknown> = Promise.resolve();
  return {
    folder,
    async dispose() {
      await compiling.catch(() => undefined);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
    async build(signal) {
      const startedAt = performance.now();
      for (const file of ["package.json", "openclaw.plugin.json"]) {
        cpSync(path.join(source, file), path.join(folder, file));
      }
      const compiled = compile(source, path.join(folder, "dist"), signal);
      compiling = compiled;
      const { code, output } = await compiled;
      return { ok: code === 0, errors: output.trim(), tookMs: Math.round(performance.now() - startedAt) };
    },
  };
}

function compile(
  source: string,
  outDir: string,
  signal: AbortSignal,
): Promise<{ code: number | null; output: string }> {
  const args = [
    compiler,
    "-p",
    path.join(source, "tsconfig.json"),
    "--outDir",
    outDir,
    "--noEmitOnError",
    "--pretty",
    "false",
  ];
  const child = spawn(process.execPath, args, { cwd: source, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  // The compiler takes seconds to heed any other signal on a busy machine, and there is nothing it could tidy up.
  const end = () => void child.kill("SIGKILL");
  if (signal.aborted) end();
  signal.addEventListener("abort", end, { once: true });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      signal.removeEventListener("abort", end);
      resolve({ code, output });
    });
  });
}
