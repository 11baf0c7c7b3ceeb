/** An answer to a conversation: one question to the model, or one call that sent it or a part of it. */
export interface Asked {
  readonly accountId: string;
  readonly thread: string;
  readonly atMs: number;
  readonly tokens: readonly string[];
}

export interface OpenAnswers {
  /** Questions to the model, oldest first. */
  readonly asked: readonly Asked[];
  /** Calls that sent, oldest first. */
  readonly sent: readonly Asked[];
  /** Whether all of the answer to a token arrived. */
  readonly isOut: (token: string) => boolean;
}

const entry =
  /^\[(?<account>[^\]]+)\] (?:Zalo account "[^"]+": To (?<unknown>\S+): .*\[SEND_UNCONFIRMED\]$|an earlier answer to (?<left>\S+) is still not out)/su;

/**
 * Tokens of the answers of which the log of the gateway says that their end is not known. A send whose end is unknown is the
 * last one of its conversation: nothing overtakes it. That a conversation goes on without an answer is about the oldest
 * question whose answer never arrived.
 */
export function toldOpen(log: string, { asked, sent, isOut }: OpenAnswers): string[] {
  const told = new Set<string>();
  const isOpen = ({ tokens }: Asked) => !tokens.every(isOut);
  const isTold = ({ tokens }: Asked) => tokens.every((token) => told.has(token));
  for (const line of log.split("\n")) {
    const { message, atMs } = read(line);
    const { account, unknown, left } = entry.exec(message)?.groups ?? {};
    const isAbout = (one: Asked) => one.accountId === account && one.thread === (unknown ?? left) && one.atMs <= atMs;
    const open = left === undefined ? [] : asked.filter((one) => isAbout(one) && isOpen(one));
    // It is said of an answer that was told as unknown before as well.
    const meant = unknown === undefined ? (open.some(isTold) ? undefined : open[0]) : sent.findLast(isAbout);
    for (const token of meant?.tokens ?? []) told.add(token);
  }
  return [...told];
}

function read(line: string): { message: string; atMs: number } {
  try {
    const { 1: message, time }: { 1?: unknown; time?: string } = JSON.parse(line);
    return { message: typeof message === "string" ? message : "", atMs: Date.parse(time ?? "") };
  } catch {
    return { message: "", atMs: 0 };
  }
}
