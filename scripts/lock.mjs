// One task at a time per checkout: tasks install, and delete and rebuild dist/, under the feet of any other.
// Plain JavaScript for Node 20: it runs before anything is installed.
import { spawnSync } from "node:child_process";
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** Tells a task that was started from within another one who holds the lock. */
export const holderVariable = "ZALOUSER_TASK_HOLDER";

/**
 * Waits until no other task holds `file` and holds it until `release` or the end of this process. `holder` is for
 * `holderVariable`; `watch` names the program that runs now, which outlives a killed task and must be waited for as well.
 */
export async function takeLock(file) {
  const own = identify(process.pid);
  mkdirSync(path.dirname(file), { recursive: true });
  for (let told = false; !claim(file, own);) {
    const content = read(file);
    if (content === undefined) continue;
    const [holder, ...programs] = content.split("\n");
    if (holder === process.env[holderVariable]) return { holder, watch: () => {}, release: () => {} };
    const living = [holder, ...programs].find((process) => identify(pidOf(process)) === process);
    if (living === undefined) {
      dropStale(file, content);
      continue;
    }
    if (!told) console.log(`Another task of this checkout is running (pid ${pidOf(living)}); waiting for it.`);
    told = true;
    await delay(300);
  }
  const release = () => {
    if (read(file)?.split("\n")[0] === own) rmSync(file, { force: true });
  };
  process.once("exit", release);
  return { holder: own, watch: (pid) => replace(file, `${own}\n${identify(pid) ?? ""}`), release };
}

function replace(file, content) {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, content);
  renameSync(draft, file);
}

/** Linked into place, so that a lock never exists without its content. */
function claim(file, own) {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, own);
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Moved aside first: of several that find the same stale lock one wins, and one that moved a fresh lock puts it back. */
function dropStale(file, content) {
  const aside = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, aside);
    if (read(aside) !== content) linkSync(aside, file);
  } catch (error) {
    if (error.code !== "ENOENT" && error.code !== "EEXIST") throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

function pidOf(identity) {
  return Number.parseInt(identity, 10);
}

/** Pid and start time of a living process, since pids are used again; undefined when there is none. */
function identify(pid) {
  if (!Number.isInteger(pid)) return undefined;
  if (!existsSync("/proc/self/stat")) {
    const { stdout } = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], {
      encoding: "utf8",
      env: { ...process.env, LC_ALL: "C" },
    });
    return stdout?.trim() ? `${pid} ${stdout.trim()}` : undefined;
  }
  const stat = read(`/proc/${pid}/stat`);
  // The name before it may contain anything; state and start time are the 3rd and the 22nd field.
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields === undefined || /[ZX]/.test(fields[0]) ? undefined : `${pid} ${fields[19]}`;
}
