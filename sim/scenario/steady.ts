/** Tells whether what `look` sees has been the same for so long; the first look begins the time. */
export function createSteady(look: () => string, forMs: number, nowMs: () => number): () => boolean {
  let seen: string | undefined;
  let sinceMs = 0;
  return () => {
    const now = look();
    if (now !== seen) {
      seen = now;
      sinceMs = nowMs();
    }
    return nowMs() - sinceMs >= forMs;
  };
}
