/** Answers to the owner's own command, which leave even where it has just paused. */
interface Confirmation {
  readonly text: string;
  readonly untilMs: number;
}

/** As long as an answer may wait for its turn; the newest of each conversation. */
const validMs = 5 * 60_000;

const confirmations = new Map<string, Confirmation>();

export function expectConfirmation(accountId: string, thread: string, text: string, nowMs: number = Date.now()): void {
  confirmations.set(keyOf(accountId, thread), { text, untilMs: nowMs + validMs });
}

/** Whether these words are that answer, with what the host or a prefix may have put around it. */
export function isConfirmation(accountId: string, thread: string, text: string, nowMs: number = Date.now()): boolean {
  const found = confirmations.get(keyOf(accountId, thread));
  return found !== undefined && nowMs < found.untilMs && text.endsWith(found.text);
}

function keyOf(accountId: string, thread: string): string {
  return `${accountId}\n${thread}`;
}
