import type { OptionSpec } from "./spec.ts";

/** Options several commands share. */
export const options = {
  group: { flags: "-g, --group", about: "Thread is a group" },
  json: { flags: "-j, --json", about: "JSON output" },
  url: {
    flags: "-u, --url <url>",
    about: "File or URL; repeatable, commas separate several",
    repeats: true,
  },
  caption: { flags: "-m, --message <caption>", about: "Caption" },
  raw: { flags: "--raw", about: "Send the text as it is, without formatting", since: "0.1.32" },
} satisfies Record<string, OptionSpec>;
