import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { deadPid, plantLock, startStranger } from "../faults/lock-faults.ts";
import { readOwner } from "../listen/lock.ts";
import { isCode } from "../world/disk.ts";
import type { Layout } from "../world/layout.ts";
import { cutNetwork, mendNetwork } from "../world/network.ts";

/** Trouble that comes from outside of any zca call. */
export interface Hazards {
  /** Cuts everybody off, for so long or until `networkUp`: commands fail with `fetch failed`, listeners close with 1006. */
  networkDown(ms?: number): void;
  networkUp(): void;
  /** Leaves a listener lock that names a living process without any business with zca, or a dead one. */
  plantLock(profile: string, holder: "foreign" | "dead"): Holder;
  /** A listener nobody supervises, such as one that outlived its gateway; it holds the profile's lock and websocket. */
  startOrphan(profile: string): Holder;
  /** Cuts `profiles.json` or a profile's `credentials.json` in half, as a crash in the middle of a write does; returns the repair. */
  breakFile(which: "profiles" | { readonly credentials: string }): () => void;
}

export interface Holder {
  readonly pid: number;
  /** Ends the process and removes its lock. */
  readonly release: () => void;
}

const simulator = fileURLToPath(new URL("../bin/zca", import.meta.url));
const strangerMs = 600_000;

export function createHazards(layout: Layout): Hazards {
  const removeLockOf = (profile: string, pid: number) => {
    if (readOwner(layout, profile)?.pid === pid) rmSync(layout.lock(profile), { force: true });
  };
  return {
    networkDown: (ms = Number.MAX_SAFE_INTEGER) => cutNetwork(layout, ms),
    networkUp: () => mendNetwork(layout),
    plantLock(profile, holder) {
      const pid = holder === "dead" ? deadPid() : startStranger(strangerMs);
      plantLock(layout.lock(profile), profile, pid);
      return {
        pid,
        release() {
          if (holder === "foreign") endProcess(pid);
          removeLockOf(profile, pid);
        },
      };
    },
    startOrphan(profile) {
      const { pid } = listenAlone(layout.home, profile);
      if (pid === undefined) throw new Error("The simulated zca could not be started.");
      return {
        pid,
        release() {
          endProcess(pid);
          removeLockOf(profile, pid);
        },
      };
    },
    breakFile(which) {
      const file = which === "profiles" ? layout.profiles : layout.credentials(which.credentials);
      if (!existsSync(file)) throw new Error(`There is no ${file} to break.`);
      const whole = readFileSync(file);
      writeFileSync(file, whole.subarray(0, Math.floor(whole.length / 2)));
      return () => writeFileSync(file, whole);
    },
  };
}

function listenAlone(home: string, profile: string): ChildProcess {
  const { PATH = "", HOME = home } = process.env;
  const child = spawn(simulator, ["--profile", profile, "listen", "--raw", "--supervised"], {
    detached: true,
    stdio: "ignore",
    env: { PATH, HOME, OPENZCA_HOME: home },
  });
  child.unref();
  return child;
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!isCode(error, "ESRCH")) throw error;
  }
}
