// The records the simulated Zalo keeps on disk. Ids are decimal strings; times are milliseconds since the epoch.

export interface Person {
  readonly uid: string;
  readonly displayName: string;
  readonly zaloName: string;
  readonly phone: string;
}

export interface Group {
  readonly groupId: string;
  readonly name: string;
  readonly members: readonly string[];
  readonly creatorId: string;
  readonly adminIds: readonly string[];
}

export interface WorldData {
  readonly people: readonly Person[];
  /** Unordered pairs of uids. */
  readonly friendships: readonly (readonly [string, string])[];
  readonly groups: readonly Group[];
}

export interface Style {
  readonly start: number;
  readonly len: number;
  /** Zalo's own code: `b`, `i`, `u`, `s`, `f_18` (big), `c_db342e` (red), `lst_1`, `lst_2`, `ind_10` … */
  readonly style: string;
}

export interface Mention {
  readonly uid: string;
  readonly pos: number;
  readonly len: number;
  /** 1 = everybody (uid "-1"). */
  readonly type?: number;
}

/** The quoted message as the quoting client described it. */
export interface Quote {
  readonly ownerId: string;
  readonly senderName: string;
  readonly msg: string;
  readonly attach: string;
  readonly ts: number;
  readonly cliMsgId: string;
  readonly globalMsgId: string;
  readonly cliMsgType: number;
}

export interface Attachment {
  readonly name: string;
  readonly bytes?: number;
  readonly sha256?: string;
  readonly url?: string;
}

/** One message as Zalo's servers saw it. */
export interface ServerMessage {
  readonly kind: "message";
  readonly msgId: string;
  readonly cliMsgId: string;
  readonly from: string;
  readonly fromName: string;
  /** DM: the other person's uid. Group: the group id. */
  readonly to: string;
  /** The conversation as the account behind zca names it: the group, or the person on the other side. */
  readonly threadId: string;
  readonly isGroup: boolean;
  readonly recipients: readonly string[];
  readonly at: number;
  /** Milliseconds as Zalo prints them; differs from `at` only when overridden. */
  readonly ts: string;
  readonly msgType: string;
  /** Rendered text: what a person reads. */
  readonly text: string;
  /** What travels in the `content` field: a string, or an object for media, links, stickers … */
  readonly content: unknown;
  readonly styles: readonly Style[];
  readonly mentions: readonly Mention[];
  readonly attachments: readonly Attachment[];
  readonly quote?: Quote;
  readonly threadName?: string;
  /** Set on messages zca sent: the profile, the journal id of the call, and the text argument as received. */
  readonly profile?: string;
  readonly call?: string;
  readonly argvText?: string;
  /** Keys laid over the printed line last; `null` removes a key. */
  readonly overrides?: Readonly<Record<string, unknown>>;
}

export type MessageDraft = Omit<
  ServerMessage,
  "kind" | "msgId" | "cliMsgId" | "at" | "ts" | "styles" | "mentions" | "attachments" | "content" | "msgType"
> &
  Partial<
    Pick<ServerMessage, "msgId" | "cliMsgId" | "ts" | "styles" | "mentions" | "attachments" | "content" | "msgType">
  >;

export interface SocketOpened {
  readonly kind: "socket-open";
  readonly socket: string;
  readonly session: string;
  readonly uid: string;
  readonly profile: string;
  readonly pid: number;
  readonly command: string;
  readonly at: number;
}

export interface SocketClosed {
  readonly kind: "socket-closed";
  readonly socket: string;
  readonly at: number;
}

/** An order to the listener of a profile: close its websocket, or print bytes as they are (base64). */
export type SocketOrder =
  | { readonly kind: "socket-order"; readonly profile: string; readonly close: number; readonly reason: string }
  | { readonly kind: "socket-order"; readonly profile: string; readonly print: string };

export interface Undone {
  readonly kind: "undone";
  readonly msgId: string;
}

/** Somebody reacted to a message; `icon` as the call gave it, `NONE` takes the reaction back. */
export interface Reaction {
  readonly kind: "reaction";
  readonly msgId: string;
  readonly from: string;
  readonly icon: string;
}

/** A line of `messages.jsonl`: everything that happened at the servers, in order. */
export type WireRecord = ServerMessage | SocketOpened | SocketClosed | SocketOrder | Undone | Reaction;

/** A login session of an account: one QR login makes one. */
export interface Session {
  readonly token: string;
  readonly uid: string;
  readonly alive: boolean;
  readonly at: number;
}

export interface PendingLogin {
  readonly token: string;
  readonly payload: string;
  readonly profile: string;
  readonly pid: number;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly state: "pending" | "scanned" | "confirmed" | "declined" | "expired";
  readonly uid?: string;
}
