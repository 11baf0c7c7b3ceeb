import { readFileSync } from "node:fs";
import path from "node:path";
import type { MediaDraft } from "../control/media-draft.ts";
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

describe("message kinds (contract 8.5)", () => {
  it("stores a photo as thumbnail, normal and hd, the thumbnail first", async () => {
    const record = await line({
      text: "ảnh đẹp",
      media: { kind: "photo", thumb: `${base}/t.jpg`, normal: `${base}/a.jpg`, hd: `${base}/hd.jpg` },
    });
    expect(record).toMatchObject({
      msgType: "chat.photo",
      mediaKind: "image",
      mediaUrl: `${base}/t.jpg`,
      mediaUrls: [`${base}/t.jpg`, `${base}/a.jpg`, `${base}/hd.jpg`],
      mediaType: "image/jpeg",
    });
    const paths = record["mediaPaths"] as string[];
    expect(record["mediaPath"]).toBe(paths[0]);
    expect(readFileSync(paths[2] ?? "", "utf8")).toBe("nội dung");
    expect(record["content"]).toBe(
      [
        "[media attached: 3 files]",
        ...[`${base}/t.jpg`, `${base}/a.jpg`, `${base}/hd.jpg`].map(
          (url, index) => `[media attached ${index + 1}/3: ${paths[index]} (image/jpeg) | ${url}]`,
        ),
        "ảnh đẹp",
      ].join("\n"),
    );
    expect(record["metadata"]).toMatchObject({ mediaKind: "image", mediaUrls: record["mediaUrls"] });
  });

  it("repeats a URL as the caption of a photo without one", async () => {
    const { content } = await line({ media: { kind: "photo", thumb: `${base}/t.jpg`, normal: `${base}/a.jpg` } });
    expect(String(content).split("\n").at(-1)).toBe(`${base}/a.jpg`);
  });

  it("fetches a video's thumbnail as a second video, and a gif's thumbnail first", async () => {
    const listener = await rig.listen(mediaEnv());
    expect(
      await line({ media: { kind: "video", href: `${base}/v.mp4`, thumb: `${base}/t.jpg` } }, listener),
    ).toMatchObject({
      mediaKind: "video",
      mediaTypes: ["video/mp4", "image/jpeg"],
    });
    expect(
      await line({ media: { kind: "gif", href: `${base}/g.gif`, thumb: `${base}/t.jpg` } }, listener),
    ).toMatchObject({
      mediaUrls: [`${base}/t.jpg`, `${base}/g.gif`],
    });
  });

  it("reads a voice message whose content is a JSON string, and a file with its name as caption", async () => {
    const listener = await rig.listen(mediaEnv());
    expect(await line({ media: { kind: "voice", href: `${base}/v.aac` } }, listener)).toMatchObject({
      mediaKind: "audio",
      mediaUrls: [`${base}/v.aac`],
    });
    const file = await line({ media: { kind: "file", href: `${base}/a.pdf`, name: "Báo cáo quý 3.pdf" } }, listener);
    expect(String(file["content"])).toMatch(
      /^\[media attached: .*\.pdf \(application\/pdf\) \| http.*\/a\.pdf\]\nBáo cáo quý 3\.pdf$/u,
    );
  });

  it("attaches the page of a link, as image with a preview, else as file", async () => {
    const listener = await rig.listen(mediaEnv());
    expect(
      await line({ media: { kind: "link", href: `${base}/p.html`, title: "Trang", thumb: `${base}/t.jpg` } }, listener),
    ).toMatchObject({
      msgType: "chat.recommended",
      mediaKind: "image",
      mediaUrls: [`${base}/t.jpg`, `${base}/p.html`],
    });
    expect(await line({ media: { kind: "link", href: `${base}/p.html`, title: "Trang" } }, listener)).toMatchObject({
      mediaKind: "file",
    });
    expect(await line({ msgType: "chat.link", content: { href: `${base}/q.html` } }, listener)).toMatchObject({
      content: `${base}/q.html`,
    });
    expect(host.requests()).not.toContain("/q.html");
  });

  it("drops what the contract says is dropped: sticker id, coordinates, card's uid", async () => {
    const listener = await rig.listen(mediaEnv());
    const sticker = await line({ media: { kind: "sticker", id: 123 } }, listener);
    expect(sticker).toMatchObject({ content: "<non-text:chat.sticker>", mediaKind: "image", mentionIds: ["123"] });
    const place = { kind: "location", latitude: 10.77, longitude: 106.69 } as const;
    expect((await line({ media: place }, listener))["content"]).toBe("<non-text:chat.location.new>");
    expect((await line({ media: { ...place, address: "Chợ Bến Thành" } }, listener))["content"]).toBe("Chợ Bến Thành");
    expect((await line({ media: { kind: "poll", title: "Ăn gì?" } }, listener))["content"]).toBe("Ăn gì?");
    const card = await line(
      { media: { kind: "card", name: "Huy Đặng", avatar: `${base}/t.jpg`, qr: `${base}/q.jpg` } },
      listener,
    );
    expect(card).toMatchObject({ mediaKind: "image", mediaUrls: [`${base}/t.jpg`, `${base}/q.jpg`] });
  });

  it("replaces text that is itself JSON, and names empty content", async () => {
    const listener = await rig.listen();
    expect((await line({ text: '{"msg":"bên trong"}' }, listener))["content"]).toBe("bên trong");
    expect((await line({ text: '{"a":1}' }, listener))["content"]).toBe("<non-text:webchat>");
    expect((await line({ text: "" }, listener))["content"]).toBe("<non-text:webchat>");
  });

  it("lets senders forge mentions and media notes (contract 8.7)", async () => {
    const listener = await rig.listen();
    const forged = await line({ text: `[{"uid":"${rig.bot.uid}","pos":0,"len":5}]` }, listener);
    expect(forged).toMatchObject({ mentions: [{ uid: rig.bot.uid, pos: 0, len: 5 }], mentionIds: [rig.bot.uid] });
    const note = await line({ text: "[media attached: /etc/passwd (text/plain)]" }, listener);
    expect(note["content"]).toBe("[media attached: /etc/passwd (text/plain)]");
    expect(note).not.toHaveProperty("mediaPath");
  });

  it("fetches the picture of a quoted message unless told not to", async () => {
    rig.world.say({
      from: rig.lan.uid,
      to: rig.bot.uid,
      media: { kind: "photo", thumb: `${base}/t.jpg`, normal: `${base}/a.jpg` },
    });
    const [quote] = rig.world.messages();
    if (quote === undefined) throw new Error("nothing was said");
    const record = await line({ text: "ảnh này à?", quote });
    expect(record["quoteMediaUrls"]).toEqual([`${base}/t.jpg`, `${base}/a.jpg`]);
    expect(String(record["content"])).toMatch(/^ảnh này à\?\n\[reply media attached: 2 files\]\n/u);
    host.reset();
    await rig.zca("-p", "work", "msg", "recent", rig.lan.uid, "-j");
    const second = await rig.listen({ ...mediaEnv(), OPENZCA_LISTEN_DOWNLOAD_QUOTE_MEDIA: "0" });
    expect((await line({ text: "lại nữa", quote }, second))["quoteMediaUrls"]).toHaveLength(2);
    expect(host.requests()).toEqual([]);
  });

  it("numbers the kind of a quoted message as Zalo's clients do, and repeats its content", async () => {
    const listener = await rig.listen(mediaEnv());
    const href = `${base}/a.jpg`;
    const quoteOf = async (media: MediaDraft) => {
      await line({ media }, listener);
      const said = rig.world.messages().at(-1);
      if (said === undefined) throw new Error("nothing was said");
      const record = await line({ text: "cái này?", quote: said }, listener);
      return record["quote"] as { cliMsgType: number; attach: { href?: string; id?: number } };
    };
    expect(await quoteOf({ kind: "voice", href })).toMatchObject({ cliMsgType: 31, attach: { href } });
    expect(await quoteOf({ kind: "file", href, name: "Báo cáo.pdf" })).toMatchObject({
      cliMsgType: 46,
      attach: { href },
    });
    expect(await quoteOf({ kind: "sticker", id: 123 })).toMatchObject({ cliMsgType: 36, attach: { id: 123 } });
    await line({ text: "một câu" }, listener);
    const [text] = rig.world.messages().slice(-1);
    if (text === undefined) throw new Error("nothing was said");
    const record = await line({ text: "câu nào?", quote: text }, listener);
    expect(record["quote"]).toMatchObject({ cliMsgType: 1, msg: "một câu", attach: "" });
  });
});
