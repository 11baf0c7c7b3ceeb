import { randomBytes } from "node:crypto";
import { isAlive } from "./disk.ts";
import type { Layout } from "./layout.ts";
import type { ServerMessage, Session, SocketOpened } from "./records.ts";
import { appendWire, openTail, readWire, watchWire, wireSize } from "./wire.ts";

export interface SocketEvents {
  onMessage(message: ServerMessage): void;
  /** Raw bytes a test wants on stdout. */
  onPrint(bytes: Buffer): void;
  onClosed(code: number, reason: string): void;
}

export interface Websocket {
  /** Hangs up without an event. */
  close(): void;
  /** Sockets of the same session this one closed by opening. */
  readonly evicted: readonly string[];
}

export interface SocketOwner {
  readonly session: Session;
  readonly profile: string;
  readonly command: string;
}

/** Opens the account's websocket. The newest of a session closes the one before it with 3000. */
export function openWebsocket(layout: Layout, owner: SocketOwner, events: SocketEvents): Websocket {
  const evicted = openSockets(layout)
    .filter(({ session }) => session === owner.session.token)
    .map(({ socket }) => socket);
  const offset = wireSize(layout);
  const socket = `${Date.now().toString(36)}-${randomBytes(3).toString("hex")}`;
  const { profile, command } = owner;
  const { token: session, uid } = owner.session;
  appendWire(layout, { kind: "socket-open", socket, session, uid, profile, pid: process.pid, command, at: Date.now() });

  const tail = openTail(layout, offset);
  let live = false;
  let done = false;
  const finish = () => {
    done = true;
    unwatch();
    tail.close();
  };
  const closed = (code: number, reason: string) => {
    finish();
    appendWire(layout, { kind: "socket-closed", socket, at: Date.now() });
    events.onClosed(code, reason);
  };
  const drain = () => {
    if (done) return;
    for (const record of tail.read()) {
      if (done) return;
      if (record.kind === "socket-open" && record.socket === socket) live = true;
      else if (!live) continue;
      else if (record.kind === "socket-open" && record.session === session) closed(3000, "");
      else if (record.kind === "message" && record.recipients.includes(uid)) events.onMessage(record);
      else if (record.kind === "socket-order" && record.profile === profile) {
        if ("close" in record) closed(record.close, record.reason);
        else events.onPrint(Buffer.from(record.print, "base64"));
      }
    }
  };
  const unwatch = watchWire(layout, drain);
  // Never inside this call: the caller says "connected" before the first message comes.
  setImmediate(drain);
  return {
    evicted,
    close() {
      if (done) return;
      finish();
      appendWire(layout, { kind: "socket-closed", socket, at: Date.now() });
    },
  };
}

/** Websockets that are open now, as far as their processes live. */
export function openSockets(layout: Layout): SocketOpened[] {
  const open = new Map<string, SocketOpened>();
  for (const record of readWire(layout)) {
    if (record.kind === "socket-open") {
      for (const [id, other] of open) if (other.session === record.session) open.delete(id);
      open.set(record.socket, record);
    } else if (record.kind === "socket-closed") open.delete(record.socket);
  }
  return [...open.values()].filter(({ pid }) => isAlive(pid));
}

/** Opens and closes the websocket in passing, which is enough to evict a listener. */
export function useWebsocket(layout: Layout, owner: SocketOwner): readonly string[] {
  const socket = openWebsocket(layout, owner, { onMessage() {}, onPrint() {}, onClosed() {} });
  socket.close();
  return socket.evicted;
}
