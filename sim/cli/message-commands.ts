import { options } from "./options.ts";
import type { CommandModuleName } from "../commands.ts";
import type { CommandSpec, OptionSpec } from "./spec.ts";

const { group, json, url, caption, raw } = options;

/** A command of the `msg` group. */
export function messageCommand(
  name: string,
  args: readonly string[],
  about: string,
  options: readonly OptionSpec[],
  module: CommandModuleName,
): CommandSpec {
  return {
    path: ["msg", name],
    args,
    about,
    options,
    module,
    writes: !["recent", "analyze-text", "member-info"].includes(name),
  };
}

export const messageCommands: readonly CommandSpec[] = [
  messageCommand(
    "send",
    ["<threadId>", "<message>"],
    "Send a text",
    [
      group,
      raw,
      { flags: "--reply-id <id>", about: "Quote a message from the local database", since: "0.1.50" },
      { flags: "--reply-message <json>", about: "Quote this message", since: "0.1.50" },
    ],
    "send",
  ),
  messageCommand("image", ["<threadId>", "[file]"], "Send pictures", [url, caption, group], "media"),
  messageCommand(
    "video",
    ["<threadId>", "[file]"],
    "Send a video",
    [url, caption, { flags: "--thumbnail <file>", about: "Picture shown before it plays" }, group],
    "media",
  ),
  messageCommand("voice", ["<threadId>", "[file]"], "Send a voice message", [url, group], "media"),
  messageCommand("upload", ["<file-or-threadId>", "[threadId]"], "Send files", [url, group], "media"),
  messageCommand("link", ["<threadId>", "<url>"], "Send a link", [group], "link"),
  messageCommand("sticker", ["<threadId>", "<stickerId>"], "Send a sticker", [group], "link"),
  messageCommand("card", ["<threadId>", "<contactUid>"], "Send a contact card", [group], "link"),
  messageCommand(
    "react",
    ["<msgId>", "<cliMsgId>", "<threadId>", "<reaction>"],
    "React to a message",
    [group],
    "touch",
  ),
  messageCommand("typing", ["<threadId>"], "Show that one is typing", [group], "touch"),
  messageCommand("undo", ["<msgId>", "<cliMsgId>", "<threadId>"], "Recall an own message", [group], "touch"),
  messageCommand(
    "delete",
    ["<msgId>", "<cliMsgId>", "<uidFrom>", "<threadId>"],
    "Delete a message",
    [group, { flags: "--only-me", about: "Only on this account" }],
    "touch",
  ),
  messageCommand(
    "edit",
    ["<msgId>", "<cliMsgId>", "<threadId>", "<message>"],
    "Recall and send again",
    [group],
    "edit",
  ),
  messageCommand("forward", ["<message>", "<targets...>"], "Send one text to several threads", [group], "edit"),
  messageCommand(
    "recent",
    ["<threadId>"],
    "Show the latest messages",
    [
      group,
      { flags: "-n, --count <count>", about: "How many, 1 to 200" },
      { flags: "--source <source>", about: "live, db or auto" },
      json,
    ],
    "recent",
  ),
  messageCommand("member-info", ["<uid>"], "Show a person's profile", [json], "member-info"),
  messageCommand(
    "analyze-text",
    ["<threadId>", "<message>"],
    "Show how a text would be sent",
    [group, raw, json],
    "analyze",
  ),
];
