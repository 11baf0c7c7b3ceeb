import { randomBytes } from "node:crypto";
import { type Call, flag, numberOf, switchOf, value } from "../call.ts";
import { createHandler } from "../listen/handler.ts";
import { takeLock } from "../listen/lock.ts";
import { freeLate, meetLockFault } from "../faults/lock-faults.ts";
import { logIn, type Self } from "../login.ts";
import { endSession, sessionOf } from "../world/sessions.ts";
import { openWebsocket, type Websocket } from "../world/websocket.ts";
import { cutNetwork } from "../world/network.ts";
import { isCutOff } from "../world/outage.ts";
import { appendWire } from "../world/wire.ts";

export async function run(call: Call): Promise<number> {
  call.sink.stream();
  const expiry = call.strikes.session("expire");
  if (expiry !== undefined && expiry.afterMs === undefined) expireNow(call);
  const self = await logIn(call);
  const release = await takeProfile(call, self);
  call.out.text("Listening... Press Ctrl+C to stop.");
  const code = await stayConnected(call, self, { release, expiresAfterMs: expiry?.afterMs });
  release();
  // Late downloads must not print behind "Listener closed", so nothing is waited for.
  process.exit(code);
}

function expireNow(call: Call): void {
  const session = sessionOf(call.layout, call.profile);
  if (session !== undefined) endSession(call.layout, session);
}

const sessionId = `${Date.now().toString(36)}-${randomBytes(4).toString("hex")}`;

/** Lock and upload socket; both go at the end, at a handled signal too. */
async function takeProfile(call: Call, self: Self): Promise<() => void> {
  if (call.control.personality === "legacy") return () => {};
  const owner = { pid: process.pid, profile: call.profile, sessionId, startedAt: new Date().toISOString() };
  meetLockFault(call);
  const enforced = switchOf(call.env, "OPENZCA_LISTEN_ENFORCE_SINGLE_OWNER", true);
  const unlock = takeLock(call.layout, owner, { enforced, disk: call.disk });
  let closeSocket = () => {};
  if (switchOf(call.env, "OPENZCA_LISTEN_IPC", true)) {
    const { openUploadSocket } = await import("../listen/upload-socket.ts");
    closeSocket = openUploadSocket(call, self);
  }
  const release = () => {
    closeSocket();
    unlock();
  };
  call.signals.onEnd(release);
  return release;
}

interface Connection {
  readonly release: () => void;
  readonly expiresAfterMs: number | undefined;
}

/** Settles with the exit code when this listener is over. */
function stayConnected(call: Call, self: Self, { release, expiresAfterMs }: Connection): Promise<number> {
  const raw = flag(call, "raw");
  const supervised = flag(call, "supervised");
  const keepAlive = flag(call, "keep-alive") && !supervised;
  if (supervised && flag(call, "keep-alive")) {
    call.sink.warn("Warning: --supervised ignores internal --keep-alive reconnect ownership.");
  }
  const lifecycle = (event: string, more: Record<string, unknown> = {}) => {
    if (!supervised || !raw) return;
    const timestamp = Math.floor(Date.now() / 1000);
    call.out.text(
      JSON.stringify({ kind: "lifecycle", event, session_id: sessionId, profile: call.profile, timestamp, ...more }),
    );
  };
  const handle = createHandler(call, self, raw);
  lifecycle("session_id");

  return new Promise((resolve) => {
    let socket: Websocket | undefined;
    const timers: NodeJS.Timeout[] = [];
    const end = (code: number) => {
      for (const timer of timers) clearInterval(timer);
      socket?.close();
      resolve(code);
    };
    const connect = () => {
      if (isCutOff(call.layout)) return onClosed(1006, "");
      const owner = { session: self.session, profile: call.profile, command: "listen" };
      socket = openWebsocket(call.layout, owner, {
        onMessage: (message) => handle.message(message),
        onPrint: (bytes) => call.sink.write(bytes),
        onClosed,
      });
      call.journal.noteEvicted(socket.evicted);
      call.out.text("Connected to Zalo websocket.");
      lifecycle("connected");
      handle.replay();
      void call.strikes.at("printed");
    };
    const onClosed = (code: number, reason: string) => {
      call.out.text(`Listener closed (${code}) ${reason}`);
      lifecycle("closed", reason === "" ? { code } : { code, reason });
      const always = switchOf(call.env, "OPENZCA_LISTEN_KEEPALIVE_RESTART_ON_ANY_CLOSE", false);
      if (!keepAlive) end(0);
      else if (code === 1000 || code === 3000 || always) {
        timers.push(setTimeout(connect, numberOf(call.env["OPENZCA_LISTEN_KEEPALIVE_RESTART_DELAY_MS"], 2000)));
      }
      // Any other code leaves it up and deaf, held by its timers.
    };
    connect();
    // A listener on its way out hears nothing more, which the servers' log has to show.
    call.signals.onEnd(() => socket?.close());
    freeLate(call, () => socket?.close());

    const beatMs =
      call.control.heartbeatMs ??
      numberOf(value(call, "heartbeat-ms") ?? call.env["OPENZCA_LISTEN_HEARTBEAT_MS"], 30_000);
    if (supervised && raw && beatMs > 0) timers.push(setInterval(() => lifecycle("heartbeat"), beatMs));
    timers.push(setInterval(() => {}, 60_000));
    afterwards(call, self, expiresAfterMs);
    if (!keepAlive) return;
    const recycleMs =
      call.control.recycleMs ?? numberOf(value(call, "recycle-ms") ?? call.env["OPENZCA_LISTEN_RECYCLE_MS"], 1_800_000);
    if (recycleMs === 0) return;
    setTimeout(() => {
      call.sink.warn(`Listener recycle triggered after ${recycleMs}ms to prevent stale session.`);
      release();
      socket?.close();
      // It comes back once more and may print again before it goes, as the real one does.
      setTimeout(connect, call.control.recycleReconnectMs);
      setTimeout(() => end(75), call.control.recycleExitMs);
    }, recycleMs);
  });
}

/** What comes while connected: an expiry and a login elsewhere close with 3003, only the first ends the session; an outage with 1006. */
function afterwards(call: Call, self: Self, expiresAfterMs: number | undefined): void {
  const close = () => appendWire(call.layout, { kind: "socket-order", profile: call.profile, close: 3003, reason: "" });
  if (expiresAfterMs !== undefined) {
    setTimeout(() => {
      endSession(call.layout, self.session);
      close();
    }, expiresAfterMs);
  }
  const outage = call.strikes.take("server", ({ mode }) => mode === "network-down");
  if (outage !== undefined) setTimeout(() => cutNetwork(call.layout, outage.ms ?? 1000), outage.afterMs);
  const elsewhere = call.strikes.session("login-elsewhere");
  if (elsewhere !== undefined) setTimeout(close, elsewhere.afterMs ?? 0);
}
