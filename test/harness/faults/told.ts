import type { Scene } from "../scene.ts";
import { admitsUncovered, malformedCount, statusOf, type ShownStatus } from "../status.ts";
import type { Subject } from "./subject.ts";

/** Of the listener we killed to have it start once more; that is not the fault. */
const ourEnd = 'ended by SIGKILL during "listen"';

/** Gathers what an operator can read about this account by now. */
export async function gatherTold(
  { host }: Scene,
  { account, told, endedByUs }: Subject,
  known?: ShownStatus,
): Promise<void> {
  const { accountId } = account;
  const status = known ?? (await statusOf(host, accountId));
  const about = (message: string) => message.startsWith(`[${accountId}]`) || message.includes(`"${accountId}"`);
  const errors = host.history.flatMap(({ status: shown }) =>
    shown.accountId === accountId && typeof shown.lastError === "string" ? [shown.lastError] : [],
  );
  const issues = (status?.issues ?? []).map(({ message }) => message);
  const logged = host.problems.map(({ message }) => message).filter((message) => about(message));
  const deliveries = host.problems
    .map(({ message }) => message)
    .filter((message) => message.startsWith(`delivery ${accountId}-`));
  const waiting = admitsUncovered(status) ? ["status counts conversations that wait to be read back"] : [];
  const malformed = malformedCount(status);
  const lines = malformed === 0 ? [] : [`status counts ${malformed} line(s) of zca that could not be understood`];
  for (const text of [...errors, ...issues, ...deliveries, ...logged, ...waiting, ...lines])
    if (!told.includes(text) && !(endedByUs && text.includes(ourEnd))) told.push(text);
}
