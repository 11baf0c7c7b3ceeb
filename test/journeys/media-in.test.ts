import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createAccountHost, type AccountHost } from "../fakes/account-host.ts";

const lan = "5120034498771203345";
const huy = "8891200345671123490";
const patience = { timeout: 60_000, interval: 20 };
// Nothing listens there: the listener's own request fails at once and leaves the address on the line.
const address = (name: string) => `https://127.0.0.1:9/${name}`;

describe("what people send besides words", () => {
  let host: AccountHost;
  let asked: string[];
  let family: string;

  beforeEach(() => {
    asked = [];
    host = createAccountHost();
    host.world.addPerson({ uid: lan, displayName: "Lan Phạm" });
    host.world.addPerson({ uid: huy, displayName: "Huy Đặng" });
    family = host.world.addGroup({ name: "Gia đình 🏡", members: [host.uid, lan, huy] }).groupId;
    host.settings = { dmPolicy: "allowlist", allowFrom: [lan] };
    host.download = async (url) => {
      asked.push(url);
      return { path: `/in/${url.split("/").at(-1)}` };
    };
    host.logIn();
  });

  afterEach(() => {
    host.dispose();
    expect(host.problems).toEqual([]);
  });

  type Saying = Omit<Parameters<AccountHost["world"]["say"]>[0], "from" | "to">;
  const say = (saying: Saying) => host.world.say({ from: lan, to: host.uid, ...saying });
  const heard = (count: number) => vi.waitFor(() => expect(host.turns).toHaveLength(count), patience);

  test("an album and the question about it are one turn with every picture at its best, and one answer", async () => {
    host.answer = async () => "Hoa sen 🪷";
    await host.during(async () => {
      for (const n of [1, 2, 3])
        say({
          media: {
            kind: "photo",
            thumb: address(`t${n}.jpg`),
            normal: address(`n${n}.jpg`),
            hd: address(`hd${n}.jpg`),
          },
        });
      say({ text: "đây là hoa gì?" });
      await heard(1);
      await vi.waitFor(
        () => expect(host.world.calls({ command: "msg send" })).toMatchObject([{ exitCode: 0 }]),
        patience,
      );
    });
    expect(host.turns[0]).toMatchObject({
      text: "đây là hoa gì?",
      media: [1, 2, 3].map((n) => ({ path: `/in/hd${n}.jpg`, kind: "image" })),
    });
    expect(asked).toEqual([1, 2, 3].map((n) => address(`hd${n}.jpg`)));
  });

  test("every other kind comes as what it is, with its name and its caption", async () => {
    const sayings: readonly Saying[] = [
      { media: { kind: "gif", thumb: address("g.jpg"), href: address("g.gif") }, text: "vui quá 😆" },
      { media: { kind: "video", href: address("v.mp4"), thumb: address("v.jpg") } },
      { media: { kind: "voice", href: address("a.aac") } },
      { media: { kind: "file", href: address("bao-cao"), name: "Báo cáo tháng 11.pdf" } },
      { media: { kind: "sticker", id: 21_979 } },
      { media: { kind: "location", address: "12 Lý Thường Kiệt, Hà Nội", latitude: 21, longitude: 105 } },
      {
        media: {
          kind: "card",
          name: "Huy Đặng",
          avatar: address("huy.jpg"),
          qr: "https://qr-talk.zdn.vn/1/350435420/abc.jpg",
          phone: "0912345678",
        },
      },
      { media: { kind: "link", href: address("bai-viet"), title: "Phở ngon", thumb: address("l.jpg") } },
    ];
    await host.during(async () => {
      for (const [index, saying] of sayings.entries()) {
        say(saying);
        await heard(index + 1);
      }
    });
    expect(
      host.turns.map(({ text, media }) => [text, ...media.map(({ kind, contentType }) => `${kind} ${contentType}`)]),
    ).toEqual([
      ["vui quá 😆", "image undefined"],
      ["", "video undefined"],
      // What the host transcribes where that is set up.
      ["", "audio audio/aac"],
      ["", "document undefined"],
      ["[sticker 21979]"],
      ["[location: 12 Lý Thường Kiệt, Hà Nội]"],
      ["[contact card: Huy Đặng]"],
      [`Phở ngon\n${address("bai-viet")}`],
    ]);
    expect(asked).toEqual(["g.gif", "v.mp4", "a.aac", "bao-cao"].map(address));
  });

  test("a quoted picture comes along with what is asked about it", async () => {
    await host.during(async () => {
      const first = say({
        media: { kind: "photo", thumb: address("t.jpg"), normal: address("n.jpg") },
        text: "nhà mình",
      });
      await heard(1);
      const quote = host.world.messages().find(({ msgId }) => msgId === first.msgId);
      if (quote === undefined) throw new Error("The picture was not said.");
      say({ text: "tầng mấy đây?", quote });
      await heard(2);
    });
    expect(host.turns[1]).toMatchObject({
      text: "tầng mấy đây?",
      media: [{ path: "/in/n.jpg", kind: "image" }],
      extra: { ReplyToBody: "nhà mình\n[picture]", ReplyToIsQuote: true },
    });
  });

  test("what cannot be loaded is told and holds nothing back", async () => {
    host.download = async () => {
      throw new TypeError("fetch failed");
    };
    await host.during(async () => {
      say({ media: { kind: "voice", href: address("a.aac") } });
      await heard(1);
    });
    expect(host.turns[0]).toMatchObject({ text: "[voice message, which could not be loaded]", media: [] });
    expect(host.problems.splice(0).join()).toMatch(
      /^\[default\] an attachment of message \d+ could not be loaded \(TypeError\)$/u,
    );
  });

  const picture = { kind: "photo", thumb: address("t.jpg"), normal: address("n.jpg") } as const;
  const inGroup = (from: string, saying: Saying) => host.world.say({ from, to: { group: family }, ...saying });

  test("nothing of a stranger, nor of a group that did not ask, is fetched", async () => {
    host.settings = { dmPolicy: "allowlist", allowFrom: [huy], groupPolicy: "open" };
    await host.during(async () => {
      say({ media: picture });
      inGroup(lan, { media: picture });
      inGroup(huy, { text: "@Trợ lý ảnh này đẹp không?", mentions: [host.uid] });
      await heard(1);
    });
    expect(host.turns[0]?.text).toBe("@Trợ lý ảnh này đẹp không?");
    expect(asked).toEqual([]);
  });

  test("in a group a picture comes with the mention its sender writes right after it", async () => {
    host.settings = { groupPolicy: "open" };
    await host.during(async () => {
      inGroup(lan, { media: picture });
      inGroup(lan, { text: "@Trợ lý ảnh này đẹp không?", mentions: [host.uid] });
      await heard(1);
    });
    expect(host.turns).toMatchObject([{ media: [{ path: "/in/n.jpg" }] }]);
  });
});
