import { existsSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Saying } from "../control.ts";
import { type MediaHost, openMediaHost } from "./media-host.ts";
import { openRig, type Rig, type Running } from "./rig.ts";

let rig: Rig;
let host: MediaHost;
let base: string;
beforeEach(async () => {
  rig = openRig();
  host = await openMediaHost();
  base = host.base;
});
afterEach(async () => {
  await rig.close();
  await host.close();
});

const mediaEnv = () => ({ OPENZCA_LISTEN_MEDIA_DIR: path.join(rig.folder, "in") });

async function line(saying: Omit<Saying, "from" | "to">, listener?: Running): Promise<Record<string, unknown>> {
  const running = listener ?? (await rig.listen(mediaEnv()));
  const before = running.records().length;
  rig.world.say({ from: rig.lan.uid, to: rig.bot.uid, ...saying });
  return (await running.untilRecords(before + 1))[before] ?? {};
}

describe("the listener as a fetcher (contract 2, 8.8)", () => {
  it("follows redirects to any host", async () => {
    await line({ media: { kind: "photo", thumb: `${base}/redirect.jpg`, normal: `${base}/a.jpg` } });
    expect(host.requests()).toEqual(["/redirect.jpg", "/t.jpg", "/a.jpg"]);
  });

  it("asks but stores nothing with MAX_BYTES=1, keeping the URLs", async () => {
    const listener = await rig.listen({ ...mediaEnv(), OPENZCA_LISTEN_MEDIA_MAX_BYTES: "1" });
    const record = await line({ media: { kind: "photo", thumb: `${base}/t.jpg`, normal: `${base}/a.jpg` } }, listener);
    expect(record["mediaUrls"]).toEqual([`${base}/t.jpg`, `${base}/a.jpg`]);
    expect(record).not.toHaveProperty("mediaPath");
    expect(host.requests()).toHaveLength(2);
    expect(existsSync(path.join(rig.folder, "in"))).toBe(false);
  });

  it("gives up on a header that does not come, and lists only what came", async () => {
    // Long enough for the other picture on a busy machine: of two that do not come both would be listed.
    const listener = await rig.listen({ ...mediaEnv(), OPENZCA_LISTEN_MEDIA_FETCH_TIMEOUT_MS: "3000" });
    const record = await line(
      { media: { kind: "photo", thumb: `${base}/slow.jpg`, normal: `${base}/a.jpg` } },
      listener,
    );
    expect(record["mediaUrls"]).toEqual([`${base}/a.jpg`]);
  });

  it("stores at most MAX_FILES", async () => {
    const listener = await rig.listen({ ...mediaEnv(), OPENZCA_LISTEN_MEDIA_MAX_FILES: "1" });
    const record = await line({ media: { kind: "photo", thumb: `${base}/t.jpg`, normal: `${base}/a.jpg` } }, listener);
    expect(record["mediaUrls"]).toEqual([`${base}/t.jpg`]);
  });

  it("prints later texts before a photo whose download is slow (contract 8.11)", async () => {
    const listener = await rig.listen(mediaEnv());
    rig.world.say({
      from: rig.lan.uid,
      to: rig.bot.uid,
      media: { kind: "photo", thumb: `${base}/slow.jpg`, normal: `${base}/a.jpg` },
    });
    rig.world.say({ from: rig.lan.uid, to: rig.bot.uid, text: "xem ảnh chưa?" });
    expect((await listener.untilRecords(1))[0]?.["content"]).toBe("xem ảnh chưa?");
    host.release();
    expect((await listener.untilRecords(2))[1]?.["msgType"]).toBe("chat.photo");
  });
});
