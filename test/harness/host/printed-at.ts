/** When a line of the bench was printed, as it says itself, in nanoseconds of the machine's clock; undefined for other texts. */
export function printedAt(text: string): bigint | undefined {
  const [, moment] = /lúc (\d+) ns/u.exec(text) ?? [];
  return moment === undefined ? undefined : BigInt(moment);
}
