/** One question to the model. */
export interface Asked {
  readonly accountId: string;
  readonly thread: string;
  readonly atMs: number;
  readonly tokens: readonly string[];
}

const entry =
  /^\[(?<account>[^\]]+)\] (?:Zalo account "[^"]+": To (?<unknown>\S+): .*\[SEND_UNCONFIRMED\]$|an earlier answer to (?<left>\S+) is still not out)/su;

/**
 * Tokens of the answers of which the log of the gateway says, by conversation, that their end is not known: of what had been
 * asked there by then the oldest that never arrived. `isOut`: whether the answer to a token arrived.
 */
export function toldOpen(log: string, asked: readonly Asked[], isOut: (token: string) => boolean): string[] {
  const told = new Set<Asked>();
  for (const line of log.split("\n")) {
    const { message, atMs } = read(line);
    const { account, unknown, left } = entry.exec(message)?.groups ?? {};
    const thread = unknown ?? left;
    if (thread === undefined) continue;
    const open = asked.filter(
      (one) => one.accountId === account && one.thread === thread && one.atMs <= atMs && !one.tokens.every(isOut),
    );
    // That the conversation goes on without an answer is said of one that was told before as well.
    const isNews = unknown !== undefined || !open.some((one) => told.has(one));
    const first = isNews ? open.find((one) => !told.has(one)) : undefined;
    if (first !== undefined) told.add(first);
  }
  return [...told].flatMap(({ tokens }) => tokens);
}

function read(line: string): { message: string; atMs: number } {
  try {
    const { 1: message, time }: { 1?: unknown; time?: string } = JSON.parse(line);
    return { message: typeof message === "string" ? message : "", atMs: Date.parse(time ?? "") };
  } catch {
    return { message: "", atMs: 0 };
  }
}
