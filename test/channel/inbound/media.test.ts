import { describe, expect, test, vi } from "vitest";
import type { AccountRun } from "../../../src/channel/inbound/account-run.ts";
import { fetchMedia } from "../../../src/channel/inbound/media.ts";
import { storedAs } from "../../../src/channel/inbound/media-kind.ts";
import { toTurnMessage } from "../../../src/channel/inbound/turn-message.ts";
import { contextWords } from "../../../src/channel/inbound/words.ts";
import type { InboundMessage } from "../../../src/zca/index.ts";
import { hostRun } from "../../fakes/host.ts";
import { lan } from "./rig.ts";

type Save = (request: { url: string; maxBytes: number; requireHttps: boolean }) => Promise<{
  path: string;
  contentType?: string;
}>;

function runWith(saveRemoteMedia: Save, settings: object = {}): { run: AccountRun; warnings: string[] } {
  const warnings: string[] = [];
  const base = hostRun({ channels: { zalouser: settings } });
  const core = { channel: { ...base.core.channel, media: { saveRemoteMedia } } } as unknown as AccountRun["core"];
  return { warnings, run: { ...base, core, log: { ...base.log, warn: (text) => void warnings.push(text) } } };
}

function said(text: string, more: Partial<InboundMessage> = {}): InboundMessage {
  return {
    eventKey: `m:${text}`,
    altKeys: [],
    messageId: "6921045577310",
    threadId: lan,
    isGroup: false,
    senderId: lan,
    text,
    atMs: 1_795_327_700_456,
    msgType: "chat.photo",
    mentions: [],
    media: [],
    raw: {},
    ...more,
  };
}

const picture = (name: string) => ({ kind: "image" as const, url: `https://photo.example/${name}` });

describe("what a message carries", () => {
  test("is fetched over https only, within mediaMaxMb, and comes in order, what is quoted last", async () => {
    const save = vi.fn<Save>(async ({ url }) => ({ path: `/in/${url.at(-1)}`, contentType: "image/jpeg" }));
    const quote = { text: "", messageId: "6921045577001", media: [picture("q")] };
    const album = toTurnMessage([
      said("", { media: [picture("1")] }),
      said("hoa gì?", { media: [picture("2")], quote }),
    ]);
    const { facts, text } = await fetchMedia(runWith(save, { mediaMaxMb: 3 }).run, album);
    expect(facts).toMatchObject([
      { path: "/in/1", kind: "image", messageId: "6921045577310" },
      { path: "/in/2", kind: "image", messageId: "6921045577310" },
      { path: "/in/q", kind: "image", messageId: "6921045577001" },
    ]);
    expect(text).toBe("hoa gì?");
    expect(save.mock.calls[0]?.[0]).toMatchObject({ maxBytes: 3 * 1024 * 1024, requireHttps: true });
  });

  test("is fetched once when it is quoted, too", async () => {
    const save = vi.fn<Save>(async () => ({ path: "/in/1", contentType: "image/jpeg" }));
    const quote = { text: "", media: [picture("1")] };
    await fetchMedia(runWith(save).run, toTurnMessage([said("", { media: [picture("1")], quote })]));
    expect(save).toHaveBeenCalledOnce();
  });

  test("is told as missing, with the reason, and the rest comes all the same", async () => {
    const { run, warnings } = runWith(async ({ url }) => {
      if (url.endsWith("big")) throw new Error(`Failed to fetch media: content length 9 exceeds maxBytes 1`);
      if (url.endsWith("gone")) throw new TypeError("fetch failed https://photo.example/gone");
      return { path: "/in/ok", contentType: "image/png" };
    });
    const media = [
      { kind: "video" as const, url: "https://v.example/big" },
      picture("ok"),
      { kind: "file" as const, url: "https://f.example/gone", fileName: "Báo cáo.pdf" },
    ];
    const { facts, text } = await fetchMedia(run, toTurnMessage([said("xem nhé 🙂", { media })]));
    expect(facts).toHaveLength(1);
    expect(text).toBe(
      "xem nhé 🙂\n\n[video, which is larger than 20 MB]\n[file: Báo cáo.pdf, which could not be loaded]",
    );
    expect(warnings[0]).toContain("channels.zalouser.mediaMaxMb");
    expect(warnings.join()).not.toMatch(/example/u);
  });

  test("is fetched three at a time at most, and twenty of a turn", async () => {
    let [now, most] = [0, 0];
    const { run } = runWith(async () => {
      now += 1;
      most = Math.max(most, now);
      await Promise.resolve();
      now -= 1;
      return { path: "/in/x", contentType: "image/jpeg" };
    });
    const media = Array.from({ length: 50 }, (_, index) => picture(String(index)));
    const { facts, text } = await fetchMedia(run, toTurnMessage([said("", { media })]));
    expect(facts).toHaveLength(20);
    expect(text).toBe("[30 more attachments were not loaded]");
    expect(most).toBe(3);
  });
});

test.each([
  ["image", "image/png", "image", "image/png"],
  ["image", "text/html", "document", "text/html"],
  ["image", "application/octet-stream", "image", "application/octet-stream"],
  ["audio", "video/mp4", "audio", "audio/mp4"],
  ["audio", "application/octet-stream", "audio", "audio/aac"],
  ["audio", undefined, "audio", "audio/aac"],
  ["audio", "audio/x-m4a", "audio", "audio/x-m4a"],
  ["audio", "text/html", "document", "text/html"],
  ["file", "application/pdf", "document", "application/pdf"],
  ["file", "image/jpeg", "image", "image/jpeg"],
  ["video", "video/mp4", "video", "video/mp4"],
] as const)("what is sent as %s and holds %s is told as %s", (kind, found, told, contentType) => {
  expect(storedAs({ kind, url: "https://cdn.example/x" }, found)).toEqual({ kind: told, contentType });
});

test("a voice message in a container is told by its ending where its bytes say nothing", () => {
  expect(storedAs({ kind: "audio", url: "https://cdn.example/x.M4A?t=1" }, undefined).contentType).toBe("audio/mp4");
});

test.each<[string, Partial<InboundMessage>]>([
  ["[sticker 21979]", { share: { kind: "sticker", id: "21979" } }],
  ["[sticker]", { share: { kind: "sticker" } }],
  ["[location: Hồ Gươm]", { share: { kind: "location", address: "Hồ Gươm" } }],
  [
    "[location: 21.028511, 105.804817, Hồ Gươm]",
    { share: { kind: "location", address: "Hồ Gươm", latitude: 21.028511, longitude: 105.804817 } },
  ],
  ["[contact card: Huy Đặng, 0912345678]", { share: { kind: "contact", name: "Huy Đặng", phone: "0912345678" } }],
  ["[voice message that Zalo gave no address for]", { share: { kind: "lost", what: "audio" } }],
])("the agent reads %s", (words, line) => {
  expect(toTurnMessage([said("", line)]).text).toBe(words);
});

test("what comes later, as context or as a quote, names files that are not at hand then", () => {
  const media = [picture("1"), { kind: "file" as const, url: "https://f.example/1", fileName: "Báo cáo.pdf" }];
  expect(contextWords(said("nè", { media }))).toBe("nè\n[picture]\n[file: Báo cáo.pdf]");
  expect(toTurnMessage([said("nè", { media })]).text).toBe("nè");
  expect(contextWords({ text: "", share: { kind: "sticker" } })).toBe("[sticker]");
});
