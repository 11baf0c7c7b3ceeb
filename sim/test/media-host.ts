import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";

export interface MediaHost {
  /** Without a slash at the end. */
  readonly base: string;
  /** Paths asked for since the last reset, in order. */
  requests(): readonly string[];
  reset(): void;
  /** Lets `/slow.jpg` be answered. */
  release(): void;
  close(): Promise<void>;
}

const types: Readonly<Record<string, string>> = {
  ".jpg": "image/jpeg",
  ".mp4": "video/mp4",
  ".aac": "audio/aac",
  ".pdf": "application/pdf",
  ".html": "text/html",
};

/** A web server on loopback that has every file; `/redirect.jpg` leads to `/t.jpg`, `/slow.jpg` waits for its release. */
export async function openMediaHost(): Promise<MediaHost> {
  let requests: string[] = [];
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const server = createServer((request, response) => {
    const url = request.url ?? "";
    requests.push(url);
    if (url === "/redirect.jpg") return void response.writeHead(302, { location: "/t.jpg" }).end();
    const answer = () =>
      response.writeHead(200, { "content-type": types[path.extname(url)] ?? "image/gif" }).end("nội dung");
    if (url === "/slow.jpg") void held.then(answer);
    else answer();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => requests,
    reset() {
      requests = [];
    },
    release: () => release(),
    async close() {
      release();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
