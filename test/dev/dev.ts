// A gateway to work with: `npm run dev [-- --keep] [-- --source <checkout>]`.
// The plugin is built beside the checkout, linked into a real OpenClaw gateway and reloaded on each change below src.
import path from "node:path";
import { createInterface } from "node:readline/promises";
import { messageNews } from "../demo/live-messages.ts";
import { createNarrator } from "../demo/narrator.ts";
import { oneAtATime, watchFolder } from "./changes.ts";
import { help, readTyped } from "./lines.ts";
import { obey } from "./obey.ts";
import { readDevOptions, type DevOptions } from "./options.ts";
import { createSession, type Session } from "./session.ts";

const options = readOrEnd();
const narrator = createNarrator((text) => void process.stdout.write(text));
const stopping = new AbortController();
const untilStopped = new Promise<void>((resolve) => stopping.signal.addEventListener("abort", () => resolve()));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stopping.abort());

const session = await createSession(options.source, { keep: options.keep });
try {
  await Promise.race([work(session), untilStopped]);
} catch (error) {
  if (!stopping.signal.aborted) {
    console.error(`\n${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
} finally {
  stopping.abort();
  narrator.say("ending …");
  await session.dispose();
  const left = await session.host.processes();
  narrator.say(
    left.length === 0 ? "ended; no process is left" : `still running: ${left.map(({ pid }) => pid).join(", ")}`,
  );
  if (options.keep) narrator.say(`kept: ${session.root}`);
}
process.exit();

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
  const first = await narrator.during("building", () => bench.build(stopping.signal));
  if (!first.ok) throw new Error(`The plugin does not build. Mend it and start again.\n${first.errors}`);
  await narrator.during("linking the plugin into an OpenClaw of its own", install);
  const readyMs = await narrator.during("openclaw gateway run", restart);
  narrator.say(`listening after ${seconds(readyMs)}, as ${cast.assistant.displayName}`);
  narrator.follow(messageNews(session));

  const reload = oneAtATime(async () => {
    try {
      await rebuild(session);
    } catch (error) {
      if (!stopping.signal.aborted)
        narrator.say(`not reloaded: ${error instanceof Error ? error.message : String(error)}`);
    }
  });
  const source = path.join(options.source, "src");
  const endWatching = watchFolder(source, (files) => {
    narrator.say(`changed: ${files.join(", ")}`);
    void reload();
  });
  stopping.signal.addEventListener("abort", endWatching, { once: true });
  narrator.step("Write as Lan Phạm; change something below src");
  narrator.say(help.join("\n"));
  await prompt(reload);
}

async function rebuild({ bench, restart }: Session): Promise<void> {
  const startedAt = performance.now();
  const built = await bench.build(stopping.signal);
  if (stopping.signal.aborted) return;
  if (!built.ok) return narrator.say(`does not build; the gateway goes on with what it has:\n${built.errors}`);
  await restart();
  narrator.say(`reloaded in ${seconds(performance.now() - startedAt)} (the compiler took ${seconds(built.tookMs)})`);
}

/** Ends with the input, or with the order to. */
async function prompt(reload: () => Promise<void>): Promise<void> {
  const input = createInterface({ input: process.stdin });
  stopping.signal.addEventListener("abort", () => input.close(), { once: true });
  for await (const line of input) {
    const typed = readTyped(line);
    if (typed.do === "quit") return;
    if (typed.do === "reload") void reload();
    else await obey(typed, session, narrator);
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
