import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import type { PackedPlugin } from "./pack.ts";

export interface Registry {
  /** Ends in a slash. */
  readonly url: string;
  /** Paths asked for, in order. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** An npm registry on loopback that knows exactly one package in one version; anything else is "not found". */
export async function createRegistry({ tarball, packageJson }: PackedPlugin): Promise<Registry> {
  const bytes = await readFile(tarball);
  const { name, version } = packageJson;
  const file = `/tarballs/${path.basename(tarball)}`;
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const asked = decodeURIComponent(new URL(request.url ?? "/", "http://loopback").pathname);
    requests.push(asked);
    if (asked === file) response.writeHead(200, { "content-type": "application/octet-stream" }).end(bytes);
    else if (asked === `/${name}`) {
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(packument()));
    } else response.writeHead(404, { "content-type": "application/json" }).end('{"error":"not found"}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The registry has no port.");
  const url = `http://127.0.0.1:${address.port}/`;

  const publishedAt = new Date().toISOString();
  const packument = () => ({
    _id: name,
    name,
    "dist-tags": { latest: version },
    versions: {
      [version]: {
        ...packageJson,
        dist: {
          tarball: new URL(file, url).href,
          integrity: `sha512-${createHash("sha512").update(bytes).digest("base64")}`,
          shasum: createHash("sha1").update(bytes).digest("hex"),
        },
      },
    },
    time: { created: publishedAt, modified: publishedAt, [version]: publishedAt },
  });

  return {
    url,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
