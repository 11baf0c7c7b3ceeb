// What only a real gateway can show: it is killed in the middle of its work, and a session dies until somebody logs in.
import { waitFor } from "../../gateway/rig/wait.ts";
import { leastGapMs, type CastAccount } from "../cast.ts";
import { callsIn, deliveredIn } from "../evidence.ts";
import type { Judgement, Said } from "../evidence-types.ts";
import { createHearing } from "../hearing.ts";
import { judge } from "../oracle.ts";
import { circleOf, sayDirectly } from "../say.ts";
import { createGatewaySoakHost } from "../soak/gateway-host.ts";
import type { SoakHost } from "../soak/host.ts";
import { rowFrom, type Row } from "./table.ts";

export const gatewayRows = [
  "gateway: SIGKILL while a message is taken in",
  "gateway: SIGKILL while an answer is sent",
  "gateway: the session expires, is blocked over a SIGKILL, and somebody logs in",
] as const;

/** A send cut off by a kill is looked at after a minute, and again; the host itself retries after minutes. */
const patienceMs = 240_000;
const sendMs = 5000;

/**
 * One gateway, three accounts, one trouble each, one kill for all. `onBooted`: from here on it only waits, while a gateway
 * that boots on a machine with much else to do gives up by itself.
 */
export async function tryGateway(dist: string, onBooted: () => void): Promise<Row[]> {
  const host = await createGatewaySoakHost(dist, { size: { accounts: 3, friends: 6, groups: 3 } });
  try {
    return await inTrouble(host, onBooted);
  } finally {
    await host.dispose();
  }
}

async function inTrouble(host: SoakHost, onBooted: () => void): Promise<Row[]> {
  const { world, cast } = host;
  const [taken, sending, expiring] = cast.accounts;
  if (taken === undefined || sending === undefined || expiring === undefined) throw new Error("The cast is too small.");
  const said: Said[] = [];
  const hearing = createHearing(world, () => host.pid(), said);
  const log = new Set<string>();
  let count = 0;
  const say = (account: CastAccount, index: number, parts = 1) => {
    const friend = circleOf(cast, account).friends[index];
    if (friend === undefined) throw new Error("The account has too few friends.");
    count += 1;
    const stage = { world, said };
    hearing.during(account.accountId, () => sayDirectly(stage, friend, { name: `w${count}`, parts }));
  };
  const judgeOne = async ({ accountId }: CastAccount, uncovered: ReadonlySet<string>): Promise<Judgement> => {
    const isOwn = (entry: { readonly accountId: string }) => entry.accountId === accountId;
    return judge({
      said: said.filter(isOwn),
      turns: host.turns(said).filter(isOwn),
      delivered: deliveredIn(world).filter(isOwn),
      calls: callsIn(world, host.lives).filter(isOwn),
      reported: await host.reported(said),
      uncovered,
      leastGapMs: leastGapMs(),
      leftovers: [],
    });
  };
  const doneAtMs = new Map<CastAccount, number>();
  const untilAnswered = async (timeoutMs: number) => {
    const isOver = async () => {
      hearing.observe();
      for (const line of await host.problems()) log.add(line);
      for (const account of cast.accounts) {
        const { breaches } = await judgeOne(account, new Set());
        if (breaches.some(({ kind }) => kind === "lost" || kind === "unanswered")) doneAtMs.delete(account);
        else if (!doneAtMs.has(account)) doneAtMs.set(account, Date.now());
      }
      return doneAtMs.size === cast.accounts.length && (await host.open()) === 0;
    };
    await waitFor("every answer", isOver, { timeoutMs, intervalMs: 500 }).catch(() => undefined);
  };
  const listening = () => Promise.all(cast.accounts.map(({ accountId }) => world.waitForListening(accountId, 180_000)));

  await host.begin();
  await listening();
  for (const account of cast.accounts) for (const friend of [0, 1]) say(account, friend);
  await untilAnswered(120_000);

  const expiredAtMs = Date.now();
  world.expireSession(expiring.accountId);
  say(expiring, 0);
  const isRefused = async () => {
    for (const line of await host.problems()) log.add(line);
    return toldOf([...log], expiring).some((text) => text.endsWith("[ZCA_LOGIN_REFUSED]"));
  };
  await waitFor("the verdict on the dead session", isRefused, { timeoutMs: 180_000, intervalMs: 1000 });

  world.control({ delayMs: { login: 0, send: sendMs } });
  say(sending, 0, 3);
  const isSending = () =>
    world.calls({ command: "msg send", profile: sending.accountId }).at(-1)?.endedAt === undefined;
  await waitFor("a send in flight", isSending, { timeoutMs: 60_000 });
  say(taken, 0);
  say(taken, 1);
  const killedAtMs = Date.now();
  await host.kill();
  world.control({ delayMs: { login: 0, send: 0 } });
  say(expiring, 1);
  await host.begin();
  const loginsWhileBlocked = world
    .calls({ profile: expiring.accountId })
    .filter(({ startedAt }) => startedAt > killedAtMs);
  await host.logIn(await loggedInAgain(host, expiring));
  await listening();
  onBooted();
  for (const account of cast.accounts) say(account, 1);
  await untilAnswered(patienceMs);
  const uncovered = await host.uncovered();
  for (const line of await host.problems()) log.add(line);
  await host.stop();

  const rows: Row[] = [];
  for (const [index, account] of [taken, sending, expiring].entries()) {
    const { breaches, counts } = await judgeOne(account, uncovered);
    const isExpired = account === expiring;
    const beganAtMs = isExpired ? expiredAtMs : killedAtMs;
    rows.push(
      rowFrom({
        fault: gatewayRows[index] ?? "",
        told: toldOf([...log], account),
        breaches,
        isWhole: counts.answered + counts.interrupted === counts.admitted,
        waiting: counts.uncovered,
        recoveredMs: (doneAtMs.get(account) ?? Date.now()) - beganAtMs,
        byLogin: isExpired,
        doubts:
          isExpired && loginsWhileBlocked.length > 0 ? ["zca was called on the dead session after the restart"] : [],
        trail: [...log],
      }),
    );
  }
  return rows;
}

/** The person has scanned the code: there is a session again. */
async function loggedInAgain({ world }: SoakHost, account: CastAccount): Promise<CastAccount> {
  world.logIn(account.accountId, account.uid);
  return account;
}

/** What the log says of an account, newest first. */
function toldOf(log: readonly string[], { accountId }: CastAccount): string[] {
  const pattern = new RegExp(`Zalo account \\\\?"${accountId}\\\\?".*?\\[[A-Z_]+\\]`, "gu");
  return [...new Set(log.flatMap((line) => line.match(pattern) ?? []))].toReversed();
}
