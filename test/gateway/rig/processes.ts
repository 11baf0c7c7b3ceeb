import { readdir, readFile, readlink } from "node:fs/promises";

export interface HostProcess {
  readonly pid: number;
  readonly parentPid: number;
  /** Arguments joined by blanks. */
  readonly command: string;
}

/** Living processes whose command line, environment or working folder names `root`. Zombies do not count. Linux only. */
export async function processesOf(root: string): Promise<HostProcess[]> {
  if (process.platform !== "linux") throw new Error("The gateway tests read /proc and run on Linux only.");
  const names = await readdir("/proc");
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(pids.map((pid) => readProcess(pid, root)));
  return found.filter((entry) => entry !== undefined);
}

/** True while a process with this id lives and is not a zombie. */
export async function isAlive(pid: number): Promise<boolean> {
  const stat = await readStat(pid);
  return stat !== undefined && stat.state !== "Z";
}

async function readProcess(pid: number, root: string): Promise<HostProcess | undefined> {
  if (pid === process.pid) return undefined;
  try {
    const stat = await readStat(pid);
    if (!stat || stat.state === "Z") return undefined;
    const [commandLine, environment, folder] = await Promise.all([
      readFile(`/proc/${pid}/cmdline`, "utf8"),
      readFile(`/proc/${pid}/environ`, "utf8"),
      readlink(`/proc/${pid}/cwd`),
    ]);
    const isOurs = commandLine.includes(root) || environment.includes(root) || folder.startsWith(root);
    if (!isOurs) return undefined;
    return { pid, parentPid: stat.parentPid, command: commandLine.replaceAll("\0", " ").trim() };
  } catch {
    return undefined; // It ended between two reads, or belongs to another user.
  }
}

async function readStat(pid: number): Promise<{ state: string; parentPid: number } | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    // The program name stands in parentheses and may hold blanks and parentheses itself.
    const [state = "", parent = "0"] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state, parentPid: Number(parent) };
  } catch {
    return undefined;
  }
}
