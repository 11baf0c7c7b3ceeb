import { readdirSync, readFileSync } from "node:fs";
import { execaSync } from "execa";

/** What identifies a live process beyond its reusable pid. */
export interface ProcessIdentity {
  /** Opaque; equal only for the same process of the same boot. */
  readonly startToken: string;
  /** The command line joined by blanks. */
  readonly commandLine: string;
}

export interface ProcessTable {
  /** Undefined when no such process runs; a zombie counts as gone. */
  describe(pid: number): ProcessIdentity | undefined;
  /** Whether the process has ended and only waits to be reaped; it still answers signals. */
  isZombie(pid: number): boolean;
  /** Whether a process group has a member that still runs. */
  groupAlive(groupId: number): boolean;
}

/** The process table of this machine: /proc on Linux, `ps` on macOS. */
export const systemProcessTable: ProcessTable =
  process.platform === "linux"
    ? {
        describe: describeFromProc,
        isZombie: (pid) => readStat(String(pid))?.state === "Z",
        groupAlive: (groupId) => signalable(-groupId) && groupHasMember(groupId),
      }
    : {
        describe: describeFromPs,
        isZombie: (pid) => readPs(pid)?.state.startsWith("Z") === true,
        groupAlive: (groupId) => signalable(-groupId),
      };

interface Stat {
  readonly state: string;
  readonly groupId: number;
  readonly startTicks: string;
}

function describeFromProc(pid: number): ProcessIdentity | undefined {
  const stat = readStat(String(pid));
  if (!stat || stat.state === "Z" || stat.state === "X") return undefined;
  try {
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").join(" ").trimEnd();
    return { startToken: `${bootId()}:${stat.startTicks}`, commandLine };
  } catch {
    return undefined; // It ended between the two reads.
  }
}

function readStat(pid: string): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in parentheses and may hold anything, parentheses and blanks included.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", groupId: Number(fields[2]), startTicks: fields[19] ?? "" };
  } catch {
    return undefined; // No such process.
  }
}

let boot: string | undefined;

function bootId(): string {
  // Start times count from boot, so a pid and start time alone could meet again after a reboot.
  boot ??= readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  return boot;
}

function signalable(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false; // ESRCH: nobody there. EPERM (macOS): only zombies, or a group that is not ours.
  }
}

/** A zombie still answers signals until somebody reaps it, which in a container may be never. */
function groupHasMember(groupId: number): boolean {
  return readdirSync("/proc").some((name) => {
    if (!/^\d+$/.test(name)) return false;
    const stat = readStat(name);
    return stat !== undefined && stat.groupId === groupId && stat.state !== "Z" && stat.state !== "X";
  });
}

function describeFromPs(pid: number): ProcessIdentity | undefined {
  const found = readPs(pid);
  return found === undefined || found.state.startsWith("Z") ? undefined : found.identity;
}

function readPs(pid: number): { readonly state: string; readonly identity: ProcessIdentity } | undefined {
  const args = ["-ww", "-o", "stat=", "-o", "lstart=", "-o", "command=", "-p", String(pid)];
  const { stdout, failed } = execaSync("/bin/ps", args, { reject: false, extendEnv: false, env: { LC_ALL: "C" } });
  // State, then a date of five words such as "Sun Nov 22 10:23:51 2026", then the command.
  const match = failed ? null : /^\s*(\S+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s+(.*)$/s.exec(stdout);
  if (!match) return undefined;
  const identity = { startToken: match[2] ?? "", commandLine: (match[3] ?? "").trimEnd() };
  return { state: match[1] ?? "", identity };
}
