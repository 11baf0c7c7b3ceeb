import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { ZalouserError } from "../../errors.js";
import type { Environment } from "./environment.js";

/** The `zca` program to run. */
export interface Binary {
  /** Absolute path. */
  readonly path: string;
  /** Where its name came from: the OpenClaw config, the `ZCA_BINARY` variable, or the default names on PATH. */
  readonly source: "config" | "env" | "path";
  /** Changes when the program is replaced, in milliseconds. */
  readonly mtimeMs: number;
}

export interface FindBinaryOptions {
  /** Path or bare name from the config. */
  readonly configured?: string | undefined;
  readonly accountId: string;
  readonly env: Environment;
  /** Config path to name in errors, such as `channels.zalouser.zcaBinary`. */
  readonly configPath: string;
}

const defaultNames = ["zca", "openzca"];

/**
 * Looks for the program on the file system; never starts anything.
 * Throws `ZCA_NOT_FOUND` or `ZCA_NOT_EXECUTABLE`, naming the setting to correct.
 */
export function findBinary(options: FindBinaryOptions): Binary {
  const { configured, accountId, env, configPath } = options;
  if (configured !== undefined && configured.trim() !== "") {
    return named(configured.trim(), "config", `${configPath} is`, options);
  }
  const fromEnv = env["ZCA_BINARY"]?.trim();
  if (fromEnv) return named(fromEnv, "env", "The environment variable ZCA_BINARY is", options);
  for (const name of defaultNames) {
    const found = onPath(name, env);
    if (found) return { ...found, source: "path" };
  }
  throw new ZalouserError("ZCA_NOT_FOUND", "Neither zca nor openzca is on the PATH of this process.", { accountId });
}

function named(name: string, source: "config" | "env", setting: string, options: FindBinaryOptions): Binary {
  const { accountId, env } = options;
  if (!name.includes("/")) {
    const found = onPath(name, env);
    if (found) return { ...found, source };
    const what = `${setting} "${name}", and no such program is on the PATH of this process.`;
    throw new ZalouserError("ZCA_NOT_FOUND", what, { accountId });
  }
  const file = path.resolve(name.startsWith("~/") ? path.join(env["HOME"] ?? homedir(), name.slice(2)) : name);
  const state = inspect(file);
  if (state.kind === "program") return { path: file, source, mtimeMs: state.mtimeMs };
  const what = `${setting} "${name}", which ${state.kind === "missing" ? "does not exist" : state.problem}.`;
  throw new ZalouserError(state.kind === "missing" ? "ZCA_NOT_FOUND" : "ZCA_NOT_EXECUTABLE", what, {
    accountId,
  });
}

function onPath(name: string, env: Environment): { path: string; mtimeMs: number } | undefined {
  for (const folder of (env["PATH"] ?? "").split(path.delimiter)) {
    // A relative PATH entry would mean another program after a change of folder.
    if (!path.isAbsolute(folder)) continue;
    const file = path.join(folder, name);
    const state = inspect(file);
    if (state.kind === "program") return { path: file, mtimeMs: state.mtimeMs };
  }
  return undefined;
}

type FileState =
  | { readonly kind: "program"; readonly mtimeMs: number }
  | { readonly kind: "missing" }
  | { readonly kind: "unusable"; readonly problem: string };

function inspect(file: string): FileState {
  try {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (!stat) return { kind: "missing" };
    if (stat.isDirectory()) return { kind: "unusable", problem: "is a folder, not a program" };
    if (!stat.isFile()) return { kind: "unusable", problem: "is not a regular file" };
    accessSync(file, constants.X_OK);
    return { kind: "program", mtimeMs: stat.mtimeMs };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOTDIR" || code === "ENOENT") return { kind: "missing" };
    return { kind: "unusable", problem: "is not executable by this user" };
  }
}
