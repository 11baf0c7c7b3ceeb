/** An option as help prints it: `-m, --message <caption>`; a value in angle brackets means it takes one. */
export interface OptionSpec {
  readonly flags: string;
  readonly about: string;
  /** May be given several times; values are collected. */
  readonly repeats?: boolean;
}

export interface CommandSpec {
  readonly path: readonly string[];
  /** `<needed>`, `[optional]`, `<rest...>`. */
  readonly args: readonly string[];
  readonly options: readonly OptionSpec[];
  readonly about: string;
  /** Counts as a send: the journal watches these for overlap. */
  readonly writes?: boolean;
  /** Module under `commands/` that runs it. */
  readonly module: string;
}

export interface Grammar {
  readonly program: string;
  readonly version: string;
  readonly globals: readonly OptionSpec[];
  /** Group name → one line of help. */
  readonly groups: Readonly<Record<string, string>>;
  readonly commands: readonly CommandSpec[];
  readonly aliases: Readonly<Record<string, string>>;
  /** zca-cli is not known to honor it. */
  readonly doubleDash: boolean;
}

const group: OptionSpec = { flags: "-g, --group", about: "Thread is a group" };
const json: OptionSpec = { flags: "-j, --json", about: "JSON output" };
const url: OptionSpec = {
  flags: "-u, --url <url>",
  about: "File or URL; repeatable, commas separate several",
  repeats: true,
};
const caption: OptionSpec = { flags: "-m, --message <caption>", about: "Caption" };
const raw: OptionSpec = { flags: "--raw", about: "Send the text as it is, without formatting" };

function msg(
  name: string,
  args: readonly string[],
  about: string,
  options: readonly OptionSpec[],
  module: string,
): CommandSpec {
  return { path: ["msg", name], args, about, options, module, writes: !["recent", "analyze-text"].includes(name) };
}

const globals: readonly OptionSpec[] = [
  { flags: "-V, --version", about: "Print the version" },
  { flags: "-p, --profile <name>", about: "Profile to use" },
  { flags: "--debug", about: "Write a debug log" },
  { flags: "--debug-file <path>", about: "Where the debug log goes" },
];

const auth: readonly CommandSpec[] = [
  {
    path: ["auth", "login"],
    args: [],
    about: "Log in by QR code",
    options: [
      { flags: "-q, --qr-path <file>", about: "Where the QR image is stored" },
      { flags: "--open-qr", about: "Open the QR image in a viewer" },
      { flags: "--qr-base64", about: "Print the QR image as a data URL and go on in the background" },
    ],
    module: "auth-login",
  },
  { path: ["auth", "status"], args: [], about: "Show who is logged in", options: [], module: "auth" },
  { path: ["auth", "logout"], args: [], about: "Delete the saved session", options: [], module: "auth" },
  {
    path: ["auth", "login-cred"],
    args: ["[file]"],
    about: "Log in with saved credentials",
    options: [],
    module: "auth",
  },
  {
    path: ["auth", "cache-refresh"],
    args: [],
    about: "Refresh the cached friends and groups",
    options: [],
    module: "auth",
  },
  { path: ["auth", "cache-info"], args: [], about: "Show the cache", options: [], module: "auth" },
  { path: ["auth", "cache-clear"], args: [], about: "Empty the cache", options: [], module: "auth" },
];

const listen: CommandSpec = {
  path: ["listen"],
  args: [],
  about: "Listen for messages",
  options: [
    { flags: "-e, --echo", about: "Answer every message with itself" },
    { flags: "-p, --prefix <prefix>", about: "Only texts with this prefix" },
    { flags: "-w, --webhook <url>", about: "POST each message to this address" },
    { flags: "-r, --raw", about: "Print JSON lines" },
    { flags: "-k, --keep-alive", about: "Reconnect by itself" },
    { flags: "--supervised", about: "Leave restarts to an outer supervisor; lifecycle records with --raw" },
    { flags: "--heartbeat-ms <ms>", about: "Time between heartbeats" },
    { flags: "--recycle-ms <ms>", about: "Time until the keep-alive listener recycles" },
    { flags: "--db", about: "Store messages in the local database" },
    { flags: "--no-db", about: "Do not store messages" },
  ],
  module: "listen",
};

const commands: readonly CommandSpec[] = [
  ...auth,
  listen,
  { path: ["account", "list"], args: [], about: "List profiles", options: [], module: "account" },
  { path: ["account", "current"], args: [], about: "Print the profile in use", options: [], module: "account" },
  {
    path: ["account", "switch"],
    args: ["<name>"],
    about: "Change the default profile",
    options: [],
    module: "account",
  },
  { path: ["account", "add"], args: ["[name]"], about: "Create a profile", options: [], module: "account" },
  { path: ["account", "label"], args: ["<name>", "<label>"], about: "Label a profile", options: [], module: "account" },
  { path: ["account", "remove"], args: ["<name>"], about: "Delete a profile", options: [], module: "account" },
  { path: ["me", "id"], args: [], about: "Print the own user id", options: [], module: "people" },
  { path: ["me", "info"], args: [], about: "Show the own profile", options: [json], module: "people" },
  { path: ["friend", "list"], args: [], about: "List friends", options: [json], module: "people" },
  {
    path: ["friend", "find"],
    args: ["<query>"],
    about: "Find a person by phone or name",
    options: [json],
    module: "people",
  },
  { path: ["friend", "online"], args: [], about: "List friends who are online", options: [json], module: "people" },
  { path: ["group", "list"], args: [], about: "List groups", options: [json], module: "groups" },
  { path: ["group", "info"], args: ["<groupId>"], about: "Show one group", options: [], module: "groups" },
  {
    path: ["group", "members"],
    args: ["<groupId>"],
    about: "List the members of a group",
    options: [json],
    module: "groups",
  },
  msg(
    "send",
    ["<threadId>", "<message>"],
    "Send a text",
    [
      group,
      raw,
      { flags: "--reply-id <id>", about: "Quote a message from the local database" },
      { flags: "--reply-message <json>", about: "Quote this message" },
    ],
    "send",
  ),
  msg("image", ["<threadId>", "[file]"], "Send pictures", [url, caption, group], "media"),
  msg(
    "video",
    ["<threadId>", "[file]"],
    "Send a video",
    [url, caption, { flags: "--thumbnail <file>", about: "Picture shown before it plays" }, group],
    "media",
  ),
  msg("voice", ["<threadId>", "[file]"], "Send a voice message", [url, group], "media"),
  msg("upload", ["<file-or-threadId>", "[threadId]"], "Send files", [url, group], "media"),
  msg("link", ["<threadId>", "<url>"], "Send a link", [group], "link"),
  msg("sticker", ["<threadId>", "<stickerId>"], "Send a sticker", [group], "link"),
  msg("card", ["<threadId>", "<contactUid>"], "Send a contact card", [group], "link"),
  msg("react", ["<msgId>", "<cliMsgId>", "<threadId>", "<reaction>"], "React to a message", [group], "touch"),
  msg("typing", ["<threadId>"], "Show that one is typing", [group], "touch"),
  msg("undo", ["<msgId>", "<cliMsgId>", "<threadId>"], "Recall an own message", [group], "touch"),
  msg(
    "delete",
    ["<msgId>", "<cliMsgId>", "<uidFrom>", "<threadId>"],
    "Delete a message",
    [group, { flags: "--only-me", about: "Only on this account" }],
    "touch",
  ),
  msg("edit", ["<msgId>", "<cliMsgId>", "<threadId>", "<message>"], "Recall and send again", [group], "edit"),
  msg("forward", ["<message>", "<targets...>"], "Send one text to several threads", [group], "edit"),
  msg(
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
  msg("analyze-text", ["<threadId>", "<message>"], "Show how a text would be sent", [group, raw, json], "analyze"),
];

export const openzca: Grammar = {
  program: "openzca",
  version: "0.1.58",
  globals,
  groups: {
    auth: "Login and session",
    account: "Profiles",
    me: "The own account",
    friend: "Friends",
    group: "Groups",
    msg: "Messages",
  },
  commands,
  aliases: {
    "auth login-creds": "login-cred",
    "account ls": "list",
    "account l": "list",
    "account whoami": "current",
    "account use": "switch",
    "account new": "add",
    "account rm": "remove",
  },
  doubleDash: true,
};

/** What stands for zca-cli: only what a wrapper needs of it, and a `license` group. */
export const legacy: Grammar = {
  program: "zca",
  version: "0.0.24",
  globals: globals.slice(0, 2),
  groups: { auth: "Login and session", license: "License of this machine", msg: "Messages" },
  commands: [
    { path: ["auth", "login"], args: [], about: "Log in by QR code", options: [], module: "auth-login" },
    { path: ["auth", "status"], args: [], about: "Show who is logged in", options: [], module: "auth" },
    { path: ["auth", "logout"], args: [], about: "Delete the saved session", options: [], module: "auth" },
    { path: ["license", "status"], args: [], about: "Show the license", options: [], module: "license" },
    {
      path: ["listen"],
      args: [],
      about: "Listen for messages",
      options: listen.options.filter(({ flags }) => /--(?:echo|prefix|webhook|raw|keep-alive)\b/u.test(flags)),
      module: "listen",
    },
    msg("send", ["<threadId>", "<message>"], "Send a text", [group], "send"),
  ],
  aliases: {},
  doubleDash: false,
};
