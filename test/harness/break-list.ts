import type { BreakName, Mutation } from "./breaks.ts";

/** Where each promise is kept in the built plugin, and what keeps it no longer. */
const mutations: Readonly<Record<BreakName, readonly Mutation[]>> = {
  // Rows live in memory only, and nobody reads back what a crash loses with them.
  journal: [
    {
      file: "channel/journal/storage.js",
      find: "return openFile();",
      replace: "return prepared(openMemoryDatabase(journalSchema));",
    },
    { file: "channel/catchup/open.js", find: "return enabled ? {", replace: "return false ? {" },
  ],
  // A message is known by its first id only; sent once more under another it is new.
  dedupe: [
    {
      file: "channel/journal/rows.js",
      find: "const seq = seqOf(keys);",
      replace: "const seq = find.get(line.id) === undefined ? undefined : seqOf(keys);",
    },
  ],
  // Of a conversation the newest message goes first, within a burst, too.
  order: [
    { file: "channel/journal/rows.js", find: "ORDER BY seq LIMIT ?", replace: "ORDER BY seq DESC LIMIT ?" },
    { file: "channel/inbound/bursts.js", find: "await handle(items,", replace: "await handle(items.toReversed()," },
  ],
  // Everybody may write.
  policy: [
    {
      file: "channel/inbound/decide.js",
      find: 'dmPolicy: configured ? (settings.dmPolicy ?? "pairing") : "disabled",',
      replace: 'dmPolicy: "open",',
    },
    {
      file: "channel/inbound/decide.js",
      find: "allowFrom: (settings.allowFrom ?? []).map(String),",
      replace: 'allowFrom: ["*"],',
    },
  ],
  // No pause between two sends.
  pacing: [
    {
      file: "zca/send/pacing.js",
      find: "readyAtMs(threadKey, repeatKey) {",
      replace: "readyAtMs(threadKey, repeatKey) { return 0;",
    },
  ],
};

export function breaksIn(name: BreakName): readonly Mutation[] {
  return mutations[name];
}
