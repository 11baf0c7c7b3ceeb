/** One question to the model. */
export interface Asked {
  readonly accountId: string;
  readonly thread: string;
  readonly atMs: number;
  readonly tokens: readonly string[];
}

const entry =
  /^\[(?<account>[^\]]+)\] (?:Zalo account "[^"]+": To (?<unknown>\S+): .*\[SEND_UNCONFIRMED\]$|an earlier answer to (?<left>\S+) is still not out)/su;

/** Tokens of the answers of which the log of the gateway says, by conversation, that their end is not known. */
export function toldOpen(log: string, asked: readonly Asked[]): string[] {
  return log.split("\n").flatMap((line) => {
    const { message, atMs } = read(line);
    const { account, unknown, left } = entry.exec(message)?.groups ?? {};
    const thread = unknown ?? left;
    // It is the last thing that was answered there by then.
    return (
      asked.findLast((one) => one.accountId === account && one.thread === thread && one.atMs <= atMs)?.tokens ?? []
    );
  });
}

function read(line: string): { message: string; atMs: number } {
  try {
    const { 1: message, time }: { 1?: unknown; time?: string } = JSON.parse(line);
    return { message: typeof message === "string" ? message : "", atMs: Date.parse(time ?? "") };
  } catch {
    return { message: "", atMs: 0 };
  }
}
