/** What a line typed at the prompt asks for. */
export type Typed =
  | { readonly do: "say"; readonly as: "lan" | "stranger"; readonly text: string }
  | { readonly do: "say-in-group"; readonly text: string }
  | { readonly do: "approve"; readonly code: string }
  | { readonly do: "step"; readonly step: string }
  | { readonly do: "play"; readonly file: string }
  | { readonly do: "status" | "help" | "reload" | "quit" | "nothing" }
  | { readonly do: "unknown"; readonly word: string };

export const help: readonly string[] = [
  "A line without a colon is a message of Lan Phạm, whom the account lets in (also /zalouser why and other commands).",
  ":stranger <text>   somebody the account does not know",
  ":group <text>      Lan in the family group, with a mention",
  ":approve <code>    openclaw pairing approve zalouser <code>",
  ':step <json>       one step of a scenario, such as {"do":"kill","what":"listener"} (sim/README.md)',
  ":play <file>       all steps of a scenario, said by this session's people",
  ":status            openclaw channels status",
  ":reload            start the gateway again",
  ":quit              the end; Ctrl+C and Ctrl+D do the same",
];

/** Reads a line of the prompt; a colon begins an order, since messages may begin with a slash. */
export function readTyped(line: string): Typed {
  const text = line.trim().normalize("NFC");
  if (text === "") return { do: "nothing" };
  if (!text.startsWith(":")) return { do: "say", as: "lan", text };
  const [word = "", rest = ""] = /^:(\S*)\s*(.*)$/su.exec(text)?.slice(1) ?? [];
  switch (word) {
    case "help":
    case "quit":
    case "reload":
    case "status":
      return { do: word };
    case "stranger":
      return rest === "" ? { do: "help" } : { do: "say", as: "stranger", text: rest };
    case "group":
      return rest === "" ? { do: "help" } : { do: "say-in-group", text: rest };
    case "approve":
      return rest === "" ? { do: "help" } : { do: "approve", code: rest };
    case "step":
      return rest === "" ? { do: "help" } : { do: "step", step: rest };
    case "play":
      return rest === "" ? { do: "help" } : { do: "play", file: rest };
    default:
      return { do: "unknown", word };
  }
}
