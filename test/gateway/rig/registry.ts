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
  /** Serves one more version of the same package, which becomes the latest. */
  publish(plugin: PackedPlugin): Promise<void>;
  /** Serves that version no more, as before it was published. */
  withdraw(version: string): void;
  close(): Promise<void>;
}

/** The machine's npm cache is preferred to the network; kept there, what is published later would never be seen. */
const fresh = { "cache-control": "no-store" };

interface Published {
  readonly bytes: Buffer;
  readonly packageJson: PackedPlugin["packageJson"];
  readonly publishedAt: string;
}

/** An npm registry on loopback that knows exactly one package; anything else is "not found". */
export async function createRegistry(first: PackedPlugin): Promise<Registry> {
  const { name } = first.packageJson;
  /** By the path of the tarball; the last one is the latest. */
  const published = new Map<string, Published>();
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const asked = decodeURIComponent(new URL(request.url ?? "/", "http://loopback").pathname);
    requests.push(asked);
    const bytes = published.get(asked)?.bytes;
    if (bytes) response.writeHead(200, { ...fresh, "content-type": "application/octet-stream" }).end(bytes);
    else if (asked === `/${name}`) {
      response.writeHead(200, { ...fresh, "content-type": "application/json" }).end(JSON.stringify(packument()));
    } else response.writeHead(404, { "content-type": "application/json" }).end('{"error":"not found"}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The registry has no port.");
  const url = `http://127.0.0.1:${address.port}/`;

  const publish = async ({ tarball, packageJson }: PackedPlugin): Promise<void> => {
    if (packageJson.name !== name) throw new Error(`This registry serves ${name} only, not ${packageJson.name}.`);
    const file = `/tarballs/${path.basename(tarball)}`;
    const publishedAt = new Date().toISOString();
    published.delete(file);
    published.set(file, { bytes: await readFile(tarball), packageJson, publishedAt });
  };
  await publish(first);

  const packument = () => {
    const all = [...published];
    const times = all.map(([, { publishedAt }]) => publishedAt);
    return {
      _id: name,
      name,
      "dist-tags": { latest: all.at(-1)?.[1].packageJson.version },
      versions: Object.fromEntries(
        all.map(([file, { bytes, packageJson }]) => [
          packageJson.version,
          {
            ...packageJson,
            dist: {
              tarball: new URL(file, url).href,
              integrity: `sha512-${createHash("sha512").update(bytes).digest("base64")}`,
              shasum: createHash("sha1").update(bytes).digest("hex"),
            },
          },
        ]),
      ),
      time: {
        created: times[0],
        modified: times.at(-1),
        ...Object.fromEntries(all.map(([, { packageJson, publishedAt }]) => [packageJson.version, publishedAt])),
      },
    };
  };

  return {
    url,
    requests,
    publish,
    withdraw(version) {
      for (const [file, { packageJson }] of published) if (packageJson.version === version) published.delete(file);
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
