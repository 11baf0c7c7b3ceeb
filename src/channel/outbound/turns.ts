/** Conversations whose agent turn is running: what is sent there now is an answer and goes before proactive messages. */
const running = new Map<string, number>();

export async function whileAnswering<T>(accountId: string, threadKey: string, turn: () => Promise<T>): Promise<T> {
  const key = `${accountId}\n${threadKey}`;
  running.set(key, (running.get(key) ?? 0) + 1);
  try {
    return await turn();
  } finally {
    const left = (running.get(key) ?? 1) - 1;
    if (left === 0) running.delete(key);
    else running.set(key, left);
  }
}

export function isAnswering(accountId: string, threadKey: string): boolean {
  return running.has(`${accountId}\n${threadKey}`);
}
