import type { Scene } from "../scene.ts";
import { admitsUncovered, malformedCount, statusOf, type ShownStatus } from "../status.ts";
import type { Subject } from "./subject.ts";

/** Of the listener we killed to have it start once more; that is not the fault. */
const ourEnd = 'ended by SIGKILL during "listen"';

/** Where an operator may have read something, the most telling place first. */
const places = ["command", "last error", "status", "delivery", "log", "unreadable", "waiting"] as const;
export type Place = (typeof places)[number];

/** Everything said so far, most telling first. That something waits to be read back is no news once it was. */
export function wordsOf({ told }: Subject, isWaiting: boolean): string[] {
  return places
    .filter((place) => place !== "waiting" || isWaiting)
    .flatMap((place) => [...told].filter(([, where]) => where === place).map(([text]) => text));
}

export function tell({ told, endedByUs }: Subject, place: Place, texts: readonly string[]): void {
  for (const text of texts) if (!told.has(text) && !(endedByUs && text.includes(ourEnd))) told.set(text, place);
}

/** Gathers what an operator can read about this account by now. */
export async function gatherTold({ host }: Scene, subject: Subject, known?: ShownStatus): Promise<void> {
  const { accountId } = subject.account;
  const status = known ?? (await statusOf(host, accountId));
  const isAbout = (message: string) => message.startsWith(`[${accountId}]`) || message.includes(`"${accountId}"`);
  const errors = host.history.flatMap(({ status: shown }) =>
    shown.accountId === accountId && typeof shown.lastError === "string" ? [shown.lastError] : [],
  );
  const problems = host.problems.map(({ message }) => message);
  const malformed = malformedCount(status);
  tell(subject, "last error", errors);
  tell(
    subject,
    "status",
    (status?.issues ?? []).map(({ message }) => message),
  );
  tell(
    subject,
    "delivery",
    problems.filter((message) => message.startsWith(`delivery ${accountId}-`)),
  );
  tell(subject, "log", problems.filter(isAbout));
  if (admitsUncovered(status)) tell(subject, "waiting", ["status counts conversations that wait to be read back"]);
  if (malformed > 0) tell(subject, "unreadable", ["status counts lines of zca that could not be understood"]);
}
