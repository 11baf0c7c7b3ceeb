/** The pending request of one sender, whatever the list around it is called. */
export function findRequest(listed: unknown, senderId: string): string {
  const text = JSON.stringify(listed);
  const entries = (value: unknown): Record<string, unknown>[] => {
    if (typeof value !== "object" || value === null) return [];
    return [{ ...value }, ...Object.values(value).flatMap(entries)];
  };
  const found = entries(listed).find((entry) => Object.values(entry).includes(senderId));
  const id = found?.["requestId"] ?? found?.["id"];
  if (typeof id !== "string") throw new Error(`No pairing request of ${senderId} in ${text}`);
  return id;
}
