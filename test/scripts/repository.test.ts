import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openRepository } from "../../scripts/release/repository.ts";

const name = "@openclaw/zalouser";
let folder = "";
let server: Server;
let answer: { readonly status: number; readonly body: object };

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "zalouser-kho-"));
  server = createServer((_request, response) => {
    response.writeHead(answer.status, { "content-type": "application/json" }).end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  writeFileSync(path.join(folder, ".npmrc"), `@openclaw:registry=http://127.0.0.1:${port}/\nproxy=\nhttps-proxy=\n`);
});
afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

describe("the registry of a release", () => {
  test("tells what is published", async () => {
    const version = (number: string) => ({ name, version: number, dist: { tarball: "http://127.0.0.1:9/x.tgz" } });
    const versions = { "0.1.0": version("0.1.0"), "0.2.0": version("0.2.0") };
    answer = { status: 200, body: { name, "dist-tags": { latest: "0.2.0" }, versions } };
    expect(await openRepository(folder).published(name)).toEqual(["0.1.0", "0.2.0"]);
  });

  test("has nothing of a package it does not know", async () => {
    answer = { status: 404, body: { error: "Not found" } };
    expect(await openRepository(folder).published(name)).toEqual([]);
  });

  test("is not taken for empty when it is away, and npm's words say why", async () => {
    answer = { status: 500, body: { error: "Đang bảo trì" } };
    expect(await openRepository(folder).published(name)).toMatch(
      /^The registry could not be asked .*zalouser \(.*500/u,
    );
    await new Promise((resolve) => server.close(resolve));
    expect(await openRepository(folder).published(name)).toMatch(/^The registry .*ECONNREFUSED.*Try again/u);
  });
});

test("what is not committed is listed by its name, and so are the tags", async () => {
  const git = (...args: string[]) => execFileSync("git", args, { cwd: folder, stdio: "ignore" });
  git("init");
  writeFileSync(path.join(folder, "ghi chú.md"), "một");
  expect((await openRepository(folder).changes()).join("\n")).toContain("ghi chú.md");
  git("add", ".");
  git("-c", "user.name=Lan", "-c", "user.email=lan@example.invalid", "commit", "-m", "một");
  git("tag", "v0.1.0");
  expect(await openRepository(folder).changes()).toEqual([]);
  expect(await openRepository(folder).tags()).toEqual(["v0.1.0"]);
});
