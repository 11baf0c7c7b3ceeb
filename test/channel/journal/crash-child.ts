import { registerHooks } from "node:module";
import { argv, stdout } from "node:process";

// The sources name each other as they are called once built.
registerHooks({
  resolve(specifier, context, next) {
    const ours = specifier.startsWith(".") && context.parentURL?.includes("/node_modules/") === false;
    return next(ours ? specifier.replace(/\.js$/u, ".ts") : specifier, context);
  },
});
const { openJournal } = await import("../../../src/channel/journal/journal.ts");
const { systemClock } = await import("../../../src/supervisor/clock.ts");

/** Journals, claims and completes messages for ever and says each step once it is done; somebody kills it. */
const journal = openJournal({ accountId: "default", file: argv[2] ?? "", clock: systemClock });
const say = (what: string, id: string) => stdout.write(`${what} ${id}\n`);
for (let index = 0; ; index += 1) {
  const burst = [0, 1, 2].map(async (part) => {
    const id = `m:${index}:${part}`;
    const payload = { version: 1, origin: "stream", raw: `{"content":"tin ${id} 🙂"}` } as const;
    await journal.append({ id, altKeys: [`c:${id}`], lane: `user:${part}`, payload });
    say("appended", id);
  });
  await Promise.all(burst);
  const claim = await journal.queue.claimNext({ ownerId: "child" });
  if (claim === null) continue;
  say("claimed", claim.id);
  await journal.queue.complete(claim);
  say("completed", claim.id);
}
