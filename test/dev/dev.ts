// A gateway to work with: `npm run dev [-- --keep] [-- --source <checkout>]`.
// The plugin is built beside the checkout, linked into a real OpenClaw gateway and reloaded on each change below src.
import path from "node:path";
import { createInterface } from "node:readline/promises";
import { styleText } from "node:util";
import { listenForInterruption } from "../demo/interruption.ts";
import { messageNews } from "../demo/live-messages.ts";
import { createNarrator } from "../demo/narrator.ts";
import { oneAtATime, type Repeater, watchFolder } from "./changes.ts";
import { help, readTyped } from "./lines.ts";
import { obey } from "./obey.ts";
import { readDevOptions, type DevOptions } from "./options.ts";
import { problemNews } from "./problem-news.ts";
import { createSession, type Session } from "./session.ts";

const options = readOrEnd();
const narrator = createNarrator((text) => void process.stdout.write(text));
const ended = new AbortController();
/** Fired when all of this is to end: interrupted, done, or failed. */
const stopping = AbortSignal.any([listenForInterruption(), ended.signal]);
const untilStopped = new Promise<void>((resolve) => stopping.addEventListener("abort", () => resolve()));

const session = await createSession(options.source, {
  keep: options.keep,
  onDeath: (lastWords) =>
    narrator.say(`the gateway has ended by itself; :reload starts it again. It said:\n${lastWords}`),
}).catch((error: unknown) => {
  tell(error);
  process.exit();
});
try {
  await Promise.race([untilStopped, work(session)]);
} catch (error) {
  tell(error);
} finally {
  ended.abort();
  narrator.say("ending …");
  await session.dispose();
  const left = await session.host.processes();
  narrator.say(
    left.length === 0 ? "ended; no process is left" : `still running: ${left.map(({ pid }) => pid).join(", ")}`,
  );
  if (options.keep) narrator.say(`kept: ${session.root}`);
}
process.exit();

/** What an interruption breaks is no news. */
function tell(error: unknown): void {
  if (stopping.aborted) return;
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

function readOrEnd(): DevOptions {
  try {
    return readDevOptions(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return process.exit(2);
  }
}

async function work({ bench, cast, install, restart }: Session): Promise<void> {
  narrator.step("A gateway with this plugin, a simulated Zalo, a model that repeats what it is told");
  narrator.say(`folder: ${session.root}`);
  const ready = Promise.withResolvers<void>();
  const reload = oneAtATime(async (outdated) => {
    // What is saved while the gateway starts for the first time may have missed its first build.
    await ready.promise;
    try {
      await rebuild(session, AbortSignal.any([stopping, outdated]));
    } catch (error) {
      if (!stopping.aborted) narrator.say(`not reloaded: ${error instanceof Error ? error.message : String(error)}`);
    }
  });
  const endWatching = watchFolder(path.join(options.source, "src"), (files) => {
    narrator.say(`changed: ${files.join(", ")}`);
    void reload.run();
  });
  stopping.addEventListener("abort", endWatching, { once: true });

  const first = await narrator.during("building", () => bench.build(stopping));
  stopping.throwIfAborted();
  if (!first.ok) throw new Error(`The plugin does not build. Mend it and start again.\n${first.errors}`);
  await narrator.during("linking the plugin into an OpenClaw of its own", install);
  stopping.throwIfAborted();
  narrator.follow(newsOf(session));
  const readyMs = await narrator.during("openclaw gateway run", restart);
  narrator.say(`listening after ${seconds(readyMs)}, as ${cast.assistant.displayName}`);
  ready.resolve();
  narrator.step("Write as Lan Phạm; change something below src");
  narrator.say(help.join("\n"));
  await prompt(reload);
}

function newsOf({ zalo, host }: Session): () => readonly string[] {
  const messages = messageNews({ zalo });
  const problems = problemNews(host.folders.logFile);
  return () => [...messages(), ...problems().map((said) => styleText("magenta", `⚠ ${said}`))];
}

/** Ends early when a newer change makes it pointless. */
async function rebuild({ bench, restart }: Session, signal: AbortSignal): Promise<void> {
  const startedAt = performance.now();
  const built = await bench.build(signal);
  if (signal.aborted) return;
  if (!built.ok) return narrator.say(`does not build; the gateway goes on with what it has:\n${built.errors}`);
  await restart(signal);
  if (signal.aborted) return;
  narrator.say(`reloaded in ${seconds(performance.now() - startedAt)} (the compiler took ${seconds(built.tookMs)})`);
}

/**
 * Ends with the input once all of it is done, or at once with the order to. Orders are carried out one after another, and
 * not during a reload, when nobody would hear them; a reload itself waits for none of them.
 */
async function prompt(reload: Repeater): Promise<void> {
  const input = createInterface({ input: process.stdin });
  stopping.addEventListener("abort", () => input.close(), { once: true });
  let orders: Promise<void> = Promise.resolve();
  for await (const line of input) {
    const typed = readTyped(line);
    if (typed.do === "quit") return;
    if (typed.do === "reload") void reload.run();
    else {
      orders = orders.then(async () => {
        if (reload.isRunning()) narrator.say(`after the reload: ${line.trim()}`);
        await reload.idle();
        await obey(typed, session, narrator);
      });
    }
  }
  await orders;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
