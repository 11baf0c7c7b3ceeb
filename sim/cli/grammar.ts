import { messageCommand, messageCommands } from "./message-commands.ts";
import { options } from "./options.ts";
import type { CommandSpec, Grammar, OptionSpec } from "./spec.ts";

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
      { flags: "--qr-base64", about: "Print the QR image as a data URL and go on in the background", since: "0.1.4" },
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
    {
      flags: "--supervised",
      about: "Leave restarts to an outer supervisor; lifecycle records with --raw",
      since: "0.1.13",
    },
    { flags: "--heartbeat-ms <ms>", about: "Time between heartbeats", since: "0.1.13" },
    { flags: "--recycle-ms <ms>", about: "Time until the keep-alive listener recycles", since: "0.1.13" },
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
  { path: ["me", "info"], args: [], about: "Show the own profile", options: [options.json], module: "people" },
  { path: ["friend", "list"], args: [], about: "List friends", options: [options.json], module: "people" },
  {
    path: ["friend", "find"],
    args: ["<query>"],
    about: "Find a person by phone or name",
    options: [options.json],
    module: "people",
  },
  {
    path: ["friend", "online"],
    args: [],
    about: "List friends who are online",
    options: [options.json],
    module: "people",
  },
  { path: ["group", "list"], args: [], about: "List groups", options: [options.json], module: "groups" },
  { path: ["group", "info"], args: ["<groupId>"], about: "Show one group", options: [], module: "groups" },
  {
    path: ["group", "members"],
    args: ["<groupId>"],
    about: "List the members of a group",
    options: [options.json],
    module: "groups",
  },
  {
    path: ["group", "rename"],
    args: ["<groupId>", "<name>"],
    about: "Rename a group",
    options: [],
    module: "group-changes",
    writes: true,
  },
  {
    path: ["group", "add"],
    args: ["<groupId>", "<userIds...>"],
    about: "Add people to a group",
    options: [],
    module: "group-changes",
    writes: true,
  },
  {
    path: ["group", "remove"],
    args: ["<groupId>", "<userIds...>"],
    about: "Remove people from a group",
    options: [],
    module: "group-changes",
    writes: true,
  },
  {
    path: ["group", "leave"],
    args: ["<groupId>"],
    about: "Leave a group",
    options: [],
    module: "group-changes",
    writes: true,
  },
  ...messageCommands,
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
    messageCommand("send", ["<threadId>", "<message>"], "Send a text", [options.group], "send"),
  ],
  aliases: {},
  doubleDash: false,
};
