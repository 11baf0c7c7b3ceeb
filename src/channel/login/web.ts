import type { ChannelPlugin } from "openclaw/plugin-sdk/channel-core";
import { describeError, isZalouserError, ZalouserError } from "../../errors.js";
import type { LoginEvent } from "../../zca/index.js";
import { resolveAccount } from "../account/accounts.js";
import { liveConfig } from "../runtime.js";
import { hostedLogin, refuseAtTheEnd } from "./hosted.js";
import { acceptRisk, isRiskAccepted, riskNotice } from "./risk.js";

type Gateway = NonNullable<ChannelPlugin["gateway"]>;
type Start = NonNullable<Gateway["loginWithQrStart"]>;
type Wait = NonNullable<Gateway["loginWithQrWait"]>;

interface WebLogin {
  readonly cancel: AbortController;
  qrDataUrl: string | undefined;
  result: { readonly connected: boolean; readonly message: string } | undefined;
  /** Called on every change of the above. */
  readonly watchers: Set<() => void>;
  /** Settles when the login has let go of the profile. */
  done: Promise<void>;
}

const QR_TIMEOUT_MS = 30_000;
const WAIT_TIMEOUT_MS = 60_000;

/** The newest login of each account. */
const logins = new Map<string, WebLogin>();
const warned = new Set<string>();

/** First half of a login in the Control UI: answers with the code as a data URL. */
export const startWebLogin: Start = async ({ accountId, force, timeoutMs }) => {
  const account = resolveAccount(liveConfig(), accountId);
  if (account.fault) throw account.fault;
  if (!isRiskAccepted()) {
    // The web surface cannot ask; starting again after having read this is the answer.
    if (!warned.has(account.accountId)) {
      warned.add(account.accountId);
      return { message: `${riskNotice}\n\nStart the login again to accept this.` };
    }
    acceptRisk(account.accountId);
  }
  const earlier = logins.get(account.accountId);
  if (earlier !== undefined && earlier.result === undefined && force !== true) {
    return { message: "Scan the code with the Zalo app.", ...qr(earlier), sessionKey: account.accountId };
  }
  earlier?.cancel.abort();
  await earlier?.done;
  refuseAtTheEnd(account.accountId);
  const session: WebLogin = {
    cancel: new AbortController(),
    qrDataUrl: undefined,
    result: undefined,
    watchers: new Set(),
    done: Promise.resolve(),
  };
  logins.set(account.accountId, session);
  session.done = follow(account, session);
  await until(
    session,
    () => session.qrDataUrl !== undefined || session.result !== undefined,
    timeoutMs ?? QR_TIMEOUT_MS,
  );
  const message = session.result?.message ?? "Scan the code with the Zalo app within 100 seconds.";
  return { message, ...qr(session), connected: session.result?.connected ?? false, sessionKey: account.accountId };
};

/** Second half: settles when the phone has answered, the code was renewed, or the time is up. */
export const waitForWebLogin: Wait = async ({ accountId, timeoutMs, currentQrDataUrl }) => {
  const id = resolveAccount(liveConfig(), accountId).accountId;
  const session = logins.get(id);
  if (session === undefined) return { connected: false, message: "No login is running; start one first." };
  await until(
    session,
    () => session.result !== undefined || (currentQrDataUrl !== undefined && session.qrDataUrl !== currentQrDataUrl),
    timeoutMs ?? WAIT_TIMEOUT_MS,
  );
  if (session.result === undefined) return { connected: false, message: "Waiting for the phone.", ...qr(session) };
  logins.delete(id);
  return session.result;
};

async function follow(account: ReturnType<typeof resolveAccount>, session: WebLogin): Promise<void> {
  try {
    const showCode = (event: LoginEvent) => {
      if (event.kind !== "qr") return;
      session.qrDataUrl = `data:image/png;base64,${event.png.toString("base64")}`;
      changed(session);
    };
    const loggedIn = await hostedLogin(account, showCode, session.cancel);
    session.result = { connected: true, message: `Logged in (user id ${loggedIn.uid}).` };
  } catch (error) {
    session.result = {
      connected: false,
      message: asLoginError(account.accountId, error).message,
    };
  }
  changed(session);
}

function asLoginError(accountId: string, cause: unknown): ZalouserError {
  if (isZalouserError(cause)) return cause;
  return new ZalouserError("LOGIN_FAILED", `The login failed: ${describeError(cause)}.`, { accountId, cause });
}

function changed({ watchers }: WebLogin): void {
  for (const watcher of watchers) watcher();
}

function qr({ qrDataUrl }: WebLogin): { qrDataUrl?: string } {
  return qrDataUrl === undefined ? {} : { qrDataUrl };
}

async function until(session: WebLogin, condition: () => boolean, timeoutMs: number): Promise<void> {
  if (condition()) return;
  await new Promise<void>((resolve) => {
    const settle = () => {
      clearTimeout(timer);
      session.watchers.delete(look);
      resolve();
    };
    const look = () => {
      if (condition()) settle();
    };
    const timer = setTimeout(settle, timeoutMs);
    session.watchers.add(look);
  });
}
