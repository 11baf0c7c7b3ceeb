interface Answer {
  readonly id?: number;
  readonly result?: { readonly usedSize?: number };
}

const timeoutMs = 20_000;

/** Bytes of a process's heap that a collection leaves, asked of its inspector; undefined when it does not answer. */
export async function heapAfterCollection(inspectorUrl: string): Promise<number | undefined> {
  const socket = new WebSocket(inspectorUrl);
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  const late = setTimeout(() => resolve(undefined), timeoutMs);
  const ask = (id: number, method: string) => socket.send(JSON.stringify({ id, method }));
  socket.addEventListener("open", () => {
    ask(1, "HeapProfiler.collectGarbage");
    ask(2, "Runtime.getHeapUsage");
  });
  socket.addEventListener("message", ({ data }) => {
    const { id, result }: Answer = JSON.parse(String(data));
    if (id === 2) resolve(result?.usedSize);
  });
  for (const end of ["error", "close"]) socket.addEventListener(end, () => resolve(undefined));
  try {
    return await promise;
  } finally {
    clearTimeout(late);
    socket.close();
  }
}
