/** What a call costs and means; counted per kind. */
export type CallKind =
  | "handshake"
  | "listen"
  | "login"
  | "logout"
  | "status"
  | "self"
  | "directory"
  | "history"
  | "typing"
  | "send";

/** One call of the program, without the profile, which is put in front when it runs. */
export interface ZcaCommand {
  readonly kind: CallKind;
  /** The command words, such as `msg send`: safe to log and to record. */
  readonly name: string;
  /** The arguments after the command words. */
  readonly args: readonly string[];
  readonly timeoutMs: number;
  /** Parts of the arguments that must not reach logs or errors. */
  readonly private?: readonly string[];
}

/** What a program can do, as far as it decides how arguments are written. */
export interface Dialect {
  /** `listen --supervised`: lifecycle lines and heartbeats. */
  readonly supervised: boolean;
  /** `--` ends the options. */
  readonly endOfOptions: boolean;
  /** `msg send --raw`: text sent verbatim. */
  readonly rawText: boolean;
}

export interface Thread {
  readonly threadId: string;
  readonly isGroup: boolean;
}

const wordJoiner = "\u2060";
const second = 1000;

/** The argument list of a command for one profile. */
export function argumentsFor(command: ZcaCommand, profile: string | undefined): string[] {
  return [...commandPrefix(command, profile), ...command.args];
}

/** The part of the argument list that identifies a child without telling what it says. */
export function commandPrefix(command: ZcaCommand, profile: string | undefined): string[] {
  const words = command.name === "" ? [] : command.name.split(" ");
  return [...(profile === undefined ? [] : ["--profile", profile]), ...words];
}

/** The calls of the capability handshake; they need no profile and no network. */
export const handshakeCommands = {
  version: handshake("", ["--version"]),
  help: handshake("", ["--help"]),
  listenHelp: handshake("listen", ["--help"]),
  sendHelp: handshake("msg send", ["--help"]),
  loginHelp: handshake("auth login", ["--help"]),
} as const satisfies Record<string, ZcaCommand>;

function handshake(name: string, args: readonly string[]): ZcaCommand {
  return { kind: "handshake", name, args, timeoutMs: 5 * second };
}

/** The long-running listener. Without `--supervised` the program's own keep-alive is the lesser evil. */
export function listenCommand(dialect: Dialect): ZcaCommand {
  const args = dialect.supervised ? ["--raw", "--supervised"] : ["-r", "-k"];
  return { kind: "listen", name: "listen", args, timeoutMs: Number.POSITIVE_INFINITY };
}

export interface TextMessage extends Thread {
  readonly text: string;
  /** Send the text verbatim instead of reading formatting markers in it. */
  readonly raw: boolean;
  /** The message it answers, as `--reply-message` takes it: JSON. Only where the program has `replies`. */
  readonly quote?: string;
}

export function sendTextCommand(message: TextMessage, dialect: Dialect): ZcaCommand {
  const { text, raw, quote } = message;
  const options = [
    ...groupFlag(message, dialect),
    ...(raw && dialect.rawText ? ["--raw"] : []),
    ...(quote === undefined ? [] : ["--reply-message", quote]),
  ];
  return {
    kind: "send",
    name: "msg send",
    args: withPositionals(options, [message.threadId, text], dialect),
    timeoutMs: 45 * second,
    private: [text, ...(quote === undefined ? [] : [quote])],
  };
}

export interface FileMessage extends Thread {
  /** Absolute path with a safe ASCII name. */
  readonly file: string;
}

/** A picture, with its caption in the same message where the picture kind can carry one. */
export function sendImageCommand(message: FileMessage & { readonly caption?: string }, dialect: Dialect): ZcaCommand {
  const { caption } = message;
  const options = [...groupFlag(message, dialect), ...(caption === undefined ? [] : ["-m", caption])];
  return {
    kind: "send",
    name: "msg image",
    args: withPositionals(options, [message.threadId, message.file], dialect),
    timeoutMs: 120 * second,
    private: [message.file, ...(caption === undefined ? [] : [caption])],
  };
}

/** Any other file; it travels over the running listener's websocket, or a new one when no listener runs. */
export function uploadCommand(message: FileMessage, dialect: Dialect): ZcaCommand {
  return {
    kind: "send",
    name: "msg upload",
    args: withPositionals(groupFlag(message, dialect), [message.file, message.threadId], dialect),
    timeoutMs: 180 * second,
    private: [message.file],
  };
}

export function sendLinkCommand(message: Thread & { readonly url: string }, dialect: Dialect): ZcaCommand {
  return {
    kind: "send",
    name: "msg link",
    args: withPositionals(groupFlag(message, dialect), [message.threadId, message.url], dialect),
    timeoutMs: 45 * second,
    private: [message.url],
  };
}

export function typingCommand(thread: Thread, dialect: Dialect): ZcaCommand {
  const args = withPositionals(groupFlag(thread, dialect), [thread.threadId], dialect);
  return { kind: "typing", name: "msg typing", args, timeoutMs: 20 * second };
}

/** The QR login. Waits for the phone, so the limit is above the code's life of 100 seconds. */
export function loginCommand(qrPath: string | undefined): ZcaCommand {
  const args = qrPath === undefined ? [] : ["--qr-path", qrPath];
  return { kind: "login", name: "auth login", args, timeoutMs: 180 * second };
}

/** Makes a profile; works on this machine alone and, like the handshake, for no profile. */
export function addProfileCommand(profile: string): ZcaCommand {
  return { kind: "handshake", name: "account add", args: ["--", profile], timeoutMs: 20 * second };
}

/** The login with the saved session of a browser. The file's path must not reach logs: it may name a person. */
export function credentialLoginCommand(file: string): ZcaCommand {
  return { kind: "login", name: "auth login-cred", args: ["--", file], timeoutMs: 60 * second, private: [file] };
}

export const logoutCommand: ZcaCommand = { kind: "logout", name: "auth logout", args: [], timeoutMs: 20 * second };
export const authStatusCommand: ZcaCommand = { kind: "status", name: "auth status", args: [], timeoutMs: 20 * second };
export const ownIdCommand: ZcaCommand = { kind: "self", name: "me id", args: [], timeoutMs: 20 * second };
export const ownProfileCommand: ZcaCommand = { kind: "self", name: "me info", args: ["-j"], timeoutMs: 20 * second };

export const friendListCommand = directory("friend list", ["-j"], 120 * second);
export const groupListCommand = directory("group list", ["-j"], 120 * second);

/** Looks a friend up by name. Never for digits: the program would take them for a phone number. */
export function friendFindCommand(name: string, dialect: Dialect): ZcaCommand {
  const command = directory("friend find", withPositionals(["-j"], [name], dialect), 60 * second);
  return { ...command, private: [name] };
}

export function groupMembersCommand(groupId: string, dialect: Dialect): ZcaCommand {
  return directory("group members", withPositionals(["-j"], [groupId], dialect), 120 * second);
}

/**
 * The newest messages of one conversation. Of a direct one zca gives up after 12 s of its own, with what it has; before
 * that come its update check (10 s behind a firewall that drops it) and the login.
 */
export function recentCommand(thread: Thread, limit: number, dialect: Dialect): ZcaCommand {
  const options = [...groupFlag(thread, dialect), "-n", String(limit), "-j"];
  const args = withPositionals(options, [thread.threadId], dialect);
  return { kind: "history", name: "msg recent", args, timeoutMs: 45 * second };
}

function directory(name: string, args: readonly string[], timeoutMs: number): ZcaCommand {
  return { kind: "directory", name, args, timeoutMs };
}

export function groupFlag(thread: Thread, dialect: Dialect): string[] {
  if (!thread.isGroup) return [];
  return [dialect.endOfOptions ? "--group" : "-g"];
}

/** User text comes last, behind `--`. Where that is not known to work, an invisible character keeps it from looking like an option. */
export function withPositionals(
  options: readonly string[],
  positionals: readonly string[],
  dialect: Dialect,
): string[] {
  if (dialect.endOfOptions) return [...options, "--", ...positionals];
  return [...options, ...positionals.map((value) => (value.startsWith("-") ? wordJoiner + value : value))];
}
