/** What mends each failure. `{login}` and `{account}` are filled in; docs/errors.md lists every code. */
const remedies = {
  CONFIG_INVALID: "Correct the named path in the OpenClaw config and save it.",
  CONFIG_PROFILE_SHARED:
    "Give each account its own channels.zalouser.accounts.<id>.profile; two listeners on one session evict each other.",
  PLATFORM_UNSUPPORTED: "Run the gateway on Linux or macOS (on Windows: inside WSL).",
  STATE_UNWRITABLE: "Free disk space or correct the permissions of the OpenClaw state folder.",
  JOURNAL_UNWRITABLE:
    "Free disk space or correct the permissions of the named file; it is tried again by itself every 30 seconds.",
  JOURNAL_DAMAGED:
    "Check the disk of the gateway machine; remove the named file when you no longer need it. A message from before may be answered twice if Zalo repeats it.",
  JOURNAL_UNHANDLED:
    "`openclaw zalouser dead-letters list{account}` names conversation and reason of each; answer by hand in the Zalo app, or run `openclaw zalouser dead-letters retry <id>{account}` once the cause is mended.",

  ZCA_NOT_FOUND:
    "Install openzca (npm install -g openzca) or zca-cli on the gateway machine, make sure the gateway process has it on PATH, or set channels.zalouser.zcaBinary.",
  ZCA_NOT_EXECUTABLE:
    "Point channels.zalouser.zcaBinary at the zca program file itself and make it executable (chmod +x).",
  ZCA_UNRECOGNIZED:
    "Check with `zca --version` that this is zca-cli or openzca, and correct channels.zalouser.zcaBinary.",
  ZCA_UNSUPPORTED: "Update openzca (npm install -g openzca) to 0.1.50 or newer.",
  ZCA_UNLICENSED: "Activate the zca-cli license (zca license activate <key>) or install the free openzca.",
  ZCA_LOGGED_OUT: "Run: {login}",
  ZCA_LOGIN_REFUSED: "Zalo no longer accepts this session. Run: {login}",
  ZCA_WRONG_ACCOUNT:
    "To go back, log in as the first one: {login} — to give the account to the other one, first run `openclaw channels logout --channel zalouser{account}`, then log in.",
  ZCA_PROFILE_UNREADABLE:
    "Give the user the gateway runs as access to the named file and the folders above it; it is looked at again by itself.",
  ZCA_BUSY: "Stop the other zca process that uses this profile, or give the account its own profile.",
  ZCA_SESSION_ENDED: "It is tried again by itself, at most three times an hour. If it does not come back, run: {login}",
  ZCA_SESSION_SHARED:
    "Stop what else uses this very login: another gateway, zca listen by hand, a second profile with the same cookies. It is tried again by itself.",
  ZCA_TIMEOUT: "Check the network of the gateway machine, then try again.",
  ZCA_NETWORK: "Check the network of the gateway machine, then try again.",
  ZCA_RATE_LIMITED: "Wait some minutes and send less; Zalo is throttling this account.",
  ZCA_RECIPIENT_REFUSED: "This person does not accept messages from strangers; ask them to write first.",
  ZCA_RECIPIENT_UNAVAILABLE:
    "Zalo blocks messages to this conversation for now; write from the phone, then try again later.",
  ZCA_BAD_TARGET:
    "Check the id with `openclaw directory peers list --channel zalouser{account}` or `openclaw directory groups list --channel zalouser{account}`.",
  ZCA_UNEXPECTED_OUTPUT: "Check the zca version with `openclaw channels status --probe`.",
  ZCA_FAILED: "Check the account with `openclaw channels status --probe`.",
  ZCA_USAGE: "This zca does not take the call; update it, and check `openclaw channels status --probe`.",

  LOGIN_RISK_NOT_ACCEPTED: "Run the login in a terminal and answer yes, or set OPENCLAW_ZALOUSER_ACCEPT_RISK=1.",
  LOGIN_IN_PROGRESS: "Finish or cancel the other login of this account, then run: {login}",
  LOGIN_DECLINED: "If that was not intended, run again: {login}",
  LOGIN_EXPIRED: "Run again and scan the code with the Zalo app within 100 seconds: {login}",
  LOGIN_FAILED: "Run again: {login}",
  LOGIN_FILE_INVALID:
    "Give a JSON file with imei, cookie and userAgent of a Zalo Web session, which this user may read, or log in by QR code: {login}",

  TARGET_INVALID:
    "Use a user id or group:<id> from `openclaw directory peers list --channel zalouser{account}` or `openclaw directory groups list --channel zalouser{account}`.",
  TEXT_EMPTY: "Send at least one visible character.",
  TEXT_INVALID: "Remove NUL bytes and broken (unpaired surrogate) characters from the text.",
  TEXT_TOO_LONG: "Send it as a file, or in several messages.",
  QUOTE_EXPIRED:
    "Send it without quoting; a message can be quoted for a day, as long as the gateway that received it runs.",
  QUOTE_REFUSED: "Send it without quoting.",
  MENTION_AMBIGUOUS: "Write the name without @; two members of the group bear it.",
  MEDIA_NOT_FOUND: "Check the path on the gateway machine.",
  MEDIA_NOT_ALLOWED: "Put the file into a folder the agent may read.",
  MEDIA_EMPTY: "Check how the file was made; Zalo takes no file of 0 bytes.",
  MEDIA_UNREACHABLE: "Check that the link opens without a login, over https and from a public address.",
  MEDIA_REFUSED: "Send another kind of file, fewer or smaller ones; this limit is Zalo's.",
  MEDIA_TOO_LARGE: "Send a smaller file, or raise channels.zalouser.mediaMaxMb.",

  ACTION_INVALID: "Correct the named parameter.",
  ACTION_NOT_ALLOWED:
    "Let the owner ask for it (commands.ownerAllowFrom names owners), or do it on the gateway machine with `openclaw message`.",
  MESSAGE_UNKNOWN:
    "Check the message id; only messages of the last days that are in the conversation's history can be found.",
  MESSAGE_NOT_OURS:
    "Only what this account sent through OpenClaw can be taken back; for anything else use the Zalo app.",
  REACTION_UNKNOWN: "Use one of the reactions Zalo has: ❤ 👍 😆 😮 😭 😡, or ok, thanks, rose.",
  STICKER_UNKNOWN: "Use the number of a Zalo sticker.",
  PERSON_UNKNOWN:
    "Use the user id from `openclaw directory groups members --channel zalouser{account} --group-id <group id>`.",
  PERSON_AMBIGUOUS: "Use the user id instead of the name.",
  ZCA_NOT_PERMITTED: "Only the owner or a deputy of the group may do this; make the account one in the Zalo app.",

  SEND_UNCONFIRMED: "Look at the conversation in the Zalo app before sending it again.",
  SEND_NOT_CONNECTED: "It is tried again by itself; `openclaw channels status` shows the connection.",
  SEND_QUEUE_FULL: "Wait for the queue of this account to drain, then send again.",
  SEND_EXPIRED: "The account is sending slowly on purpose; send again in a minute.",
  SEND_WRONG_USER: "Send it again if it is meant to come from the user who is logged in now.",
  SEND_STOPPED: "Send again once the gateway is back.",
  SEND_PAUSED: "To go on there: `openclaw zalouser resume <conversation>{account}`",
  SEND_TOO_MANY_STRANGERS:
    "Wait, or have them write first or become friends; channels.zalouser.rateLimit.strangersPerDay sets how many, at your account's risk.",
} as const;

/** Stable identifier of a failure; the words around it may improve. */
export type ErrorCode = keyof typeof remedies;

/** Every code with its remedy text, for docs/errors.md and status. */
export const errorRemedies: Readonly<Record<ErrorCode, string>> = remedies;

export interface ZalouserErrorOptions extends ErrorOptions {
  /** OpenClaw account id the failure belongs to, when there is one. */
  readonly accountId?: string;
}

/** A failure raised on purpose: what happened, to which account, and what mends it. Never carries message text or secrets. */
export class ZalouserError extends Error {
  override readonly name = "ZalouserError";
  readonly code: ErrorCode;
  readonly accountId: string | undefined;
  /** The failure without account, remedy and code, for surfaces that show those apart. */
  readonly what: string;
  /** The command or config path that mends it. */
  readonly remedy: string;

  constructor(code: ErrorCode, what: string, options: ZalouserErrorOptions = {}) {
    const { accountId, ...rest } = options;
    const remedy = remedyFor(code, accountId);
    const subject = accountId === undefined ? "" : `Zalo account "${accountId}": `;
    super(`${subject}${what} ${remedy} [${code}]`, rest);
    this.code = code;
    this.accountId = accountId;
    this.what = what;
    this.remedy = remedy;
  }
}

/** The remedy sentence of a code for one account. */
export function remedyFor(code: ErrorCode, accountId?: string): string {
  return remedies[code].replaceAll("{login}", loginCommand(accountId)).replaceAll("{account}", accountFlag(accountId));
}

/** The exact command that logs an account in. */
export function loginCommand(accountId?: string): string {
  return `openclaw channels login --channel zalouser${accountFlag(accountId)}`;
}

/** Always named: an id means another person for another account, and the default account may be any of them. */
function accountFlag(accountId: string | undefined): string {
  return accountId === undefined ? "" : ` --account ${accountId}`;
}

/** The words of any thrown value. */
export function describeError(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Guards by code, not by class: two copies of this package may meet in one host. */
export function isZalouserError(error: unknown, code?: ErrorCode): error is ZalouserError {
  if (!(error instanceof Error) || error.name !== "ZalouserError" || !("code" in error)) return false;
  return code === undefined || error.code === code;
}
