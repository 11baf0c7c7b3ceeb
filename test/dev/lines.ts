/** What a line typed at the prompt asks for. */
export type Typed =
  | { readonly do: "say"; readonly as: "lan" | "stranger"; readonly text: string }
  | { readonly do: "say-in-group"; readonly text: string }
  | { readonly do: "approve"; readonly code: string }
  | { readonly do: "step"; readonly step: string }
  | { readonly do: "play"; readonly file: string }
  | { readonly do: "incomplete"; readonly usage: string }
  | { readonly do: "status" | "help" | "reload" | "quit" | "nothing" }
  | { readonly do: "unknown"; readonly word: string };

export const help: readonly string[] = [
  "A line without a colon is a message of Lan Phạm, whom the account lets in (also /zalouser why and other commands).",
  ":stranger <text>   somebody the account does not know",
  ":group <text>      Lan in the family group, with a mention",
  ":approve <code>    openclaw pairing approve zalouser <code>",
  ':step <json>       one step of a scenario, such as {"do":"kill","what":"listener"} (sim/README.md)',
  ":play <file>       a scenario with its people, its config and what it expects",
  ":status            openclaw channels status",
  ":reload            build the plugin and start the gateway again",
  ":quit              the end; Ctrl+C and Ctrl+D do the same",
];

/** Reads a line of the prompt; a colon begins an order, since messages may begin with a slash. */
export function readTyped(line: string): Typed {
  const text = line.trim().normalize("NFC");
  if (text === "") return { do: "nothing" };
  if (!text.startsWith(":")) return { do: "say", as: "lan", text };
  const [word = "", rest = ""] = /^:(\S*)\s*(.*)$/su.exec(text)?.slice(1) ?? [];
  if (word === "help" || word === "quit" || word === "reload" || word === "status") return { do: word };
  const usage = help.find((line) => line.startsWith(`:${word} <`));
  if (usage === undefined) return { do: "unknown", word };
  return rest === "" ? { do: "incomplete", usage } : withArgument(word, rest);
}

function withArgument(word: string, rest: string): Typed {
  switch (word) {
    case "stranger":
      return { do: "say", as: "stranger", text: rest };
    case "group":
      return { do: "say-in-group", text: rest };
    case "approve":
      return { do: "approve", code: rest };
    case "step":
      return { do: "step", step: rest };
    case "play":
      return { do: "play", file: rest };
    default:
      return { do: "unknown", word };
  }
}
