import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const scripts = new URL("../../scripts/", import.meta.url);
const started: ChildProcess[] = [];
let folder = "";
let lock = "";

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "zalouser-tasks-"));
  lock = path.join(folder, "lock");
});

afterEach(async () => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
});

interface Program {
  readonly child: ChildProcess;
  /** Waits until the program has printed `text`. */
  readonly said: (text: string) => Promise<string>;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

/** A module of its own that uses the runner's parts; it may end its standard input to go on. */
function start(body: string, env: NodeJS.ProcessEnv = {}): Program {
  const source = `
    import { takeLock, holderVariable } from ${JSON.stringify(new URL("lock.mjs", scripts).href)};
    import { runChild } from ${JSON.stringify(new URL("child.mjs", scripts).href)};
    const lock = ${JSON.stringify(lock)};
    const untilTold = () => new Promise((resolve) => process.stdin.once("end", resolve).resume());
    ${body}`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", source], {
    env: { ...process.env, ...env },
    // No terminal anywhere: with one, Ctrl+C reaches a program without the runner.
    stdio: "pipe",
  });
  started.push(child);
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
  const ended = once(child, "close").then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals | null);
  const said = async (text: string): Promise<string> => {
    while (!output.includes(text)) {
      const isOver = await Promise.race([once(child.stdout, "data").then(() => false), ended.then(() => true)]);
      if (isOver && !output.includes(text)) throw new Error(`Ended without "${text}":\n${output}`);
    }
    return output;
  };
  return { child, said, ended };
}

const hold = `const { holder } = await takeLock(lock); console.log("held", holder); await untilTold();`;

describe("one task at a time", () => {
  test("a second task waits for the first, says so once, and frees the lock in the end", async () => {
    const first = start(hold);
    await first.said("held");
    const second = start(`${hold} console.log("over");`);
    await second.said(`(pid ${first.child.pid}); waiting for it.`);
    first.child.stdin?.end();
    expect(await first.ended).toBe(0);
    const output = await second.said("held");
    expect(output.match(/waiting for it/gu)).toHaveLength(1);
    second.child.stdin?.end();
    expect(await second.ended).toBe(0);
    expect(existsSync(lock)).toBe(false);
  });

  test("a task within the holding one does not wait and does not free the lock", async () => {
    const outer = start(hold);
    const holder = (await outer.said("\n")).replace("held", "").trim();
    const inner = start(`await takeLock(lock); console.log("passed");`, { ZALOUSER_TASK_HOLDER: holder });
    expect(await inner.said("passed")).not.toContain("waiting");
    expect(await inner.ended).toBe(0);
    expect(await readFile(lock, "utf8")).toBe(holder);
  });

  test("a task that only set up lets the next one go on while it runs", async () => {
    const first = start(`(await takeLock(lock)).release(); console.log("released"); await untilTold();`);
    await first.said("released");
    const second = start(hold);
    expect(await second.said("held")).not.toContain("waiting");
    first.child.stdin?.end();
    expect(await first.ended).toBe(0);
    expect(existsSync(lock)).toBe(true);
  });

  test("the lock of a killed task is taken over", async () => {
    const first = start(hold);
    await first.said("held");
    first.child.kill("SIGKILL");
    await first.ended;
    expect(await start(hold).said("held")).not.toContain("waiting");
  });

  test("a program that outlived its killed task is waited for", async () => {
    const program = start(`console.log("up"); await untilTold();`);
    await program.said("up");
    const task = start(
      `const { watch } = await takeLock(lock); watch(${program.child.pid}); console.log("held"); await untilTold();`,
    );
    await task.said("held");
    task.child.kill("SIGKILL");
    await task.ended;
    const next = start(hold);
    await next.said(`(pid ${program.child.pid}); waiting for it.`);
    program.child.stdin?.end();
    await next.said("held");
  });

  test.each([
    ["a pid that belongs to another process by now", `${process.pid} 1`],
    ["nothing", ""],
    ["rubbish", "xin chào\n\0"],
  ])("a lock that names %s stops nobody", async (_what, content) => {
    await writeFile(lock, content);
    expect(await start(hold).said("held")).not.toContain("waiting");
  });

  test("of many that find a stale lock, one at a time goes on", async () => {
    await writeFile(lock, "999999999 1");
    const marker = JSON.stringify(path.join(folder, "inside"));
    const tasks = Array.from({ length: 6 }, () =>
      start(`
        import { mkdirSync, rmdirSync } from "node:fs";
        await takeLock(lock);
        mkdirSync(${marker});
        await new Promise((resolve) => setImmediate(resolve));
        rmdirSync(${marker});`),
    );
    expect(await Promise.all(tasks.map(({ ended }) => ended))).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe("a program of a task", () => {
  const inner = (body: string) => `
    const { exitCode } = await runChild(process.execPath, ["-e", ${JSON.stringify(body)}], {});
    process.exitCode = exitCode;`;

  test.each([["SIGINT"], ["SIGTERM"], ["SIGHUP"]] as const)("gets %s and its own exit code counts", async (signal) => {
    const task = start(
      inner(
        `process.on("${signal}", () => { console.log("tidied"); process.exit(7); }); console.log("up"); setInterval(() => {}, 60_000);`,
      ),
    );
    await task.said("up");
    task.child.kill(signal);
    await task.said("tidied");
    expect(await task.ended).toBe(7);
  });

  test("that takes the signal for a good end does not let the task go on", async () => {
    const task = start(
      inner(`process.on("SIGTERM", () => process.exit(0)); console.log("up"); setInterval(() => {}, 60_000);`),
    );
    await task.said("up");
    task.child.kill("SIGTERM");
    expect(await task.ended).toBe(143);
  });

  test("that a signal ended counts as 128 and its number", async () => {
    expect(await start(inner(`process.kill(process.pid, "SIGKILL");`)).ended).toBe(137);
  });

  test("that cannot be started is named", async () => {
    const task = start(`await runChild("khong-co-chuong-trinh", [], {}).catch((error) => console.log(error.message));`);
    expect(await task.said("khong-co-chuong-trinh")).toContain("Could not start khong-co-chuong-trinh");
  });
});
