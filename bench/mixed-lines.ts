const me = "3300912847765512008";
const family = "7044519283300761122";

type Line = Readonly<Record<string, unknown>>;

/** A thousand lines of a lively family group and its people: words, mentions, replies, pictures, stickers, links. */
export function mixedLines(): string[] {
  const kinds = [words, words, mention, reply, words, picture, replyToPicture, words, sticker, link];
  return Array.from({ length: 1000 }, (_, index) => JSON.stringify(kinds[index % kinds.length]?.(index)));
}

function words(index: number): Line {
  const senderId = String(5_120_034_498_771_200_000n + BigInt(index % 40));
  const [senderName, isGroup] = [["Lan Phạm", "Huy Đặng", "Mẹ 🌸", "Cty. An-Phát"][index % 4], index % 3 > 0];
  const threadId = isGroup ? family : senderId;
  const chatType = isGroup ? "group" : "user";
  const shared = { threadId, msgType: "webchat", timestamp: 1_795_327_700, senderId, chatType };
  const names = { senderName, senderDisplayName: senderName, ...(isGroup ? { threadName: "Gia đình" } : {}) };
  return {
    ...shared,
    targetId: threadId,
    conversationId: threadId,
    msgId: String(6_921_045_577_310 + index),
    cliMsgId: String(1_795_327_700_123 + index),
    content: `Mai họp lúc 9h nhé 🙂 số ${index}: ${"nghiêng mình trước gió, ".repeat(index % 12)}`,
    type: isGroup ? 1 : 0,
    metadata: { isGroup, fromId: senderId, toId: isGroup ? family : me, ...shared, ...names },
    ...names,
    toId: isGroup ? family : me,
    ts: "1795327700456",
  };
}

function mention(index: number): Line {
  const mentions = [{ uid: me, pos: 0, len: 7, type: 0, text: "@Trợ lý" }];
  return { ...words(index), content: "@Trợ lý tóm tắt giúp nhé", mentions, mentionIds: [me] };
}

function reply(index: number): Line {
  const quote = {
    ownerId: me,
    senderName: "Trợ lý",
    msg: "9h sáng mai ạ",
    attach: "",
    cliMsgType: 1,
    ts: 1_795_327_600,
  };
  return { ...words(index), content: "ừ, cảm ơn nhé\n[reply context: Trợ lý: 9h sáng mai ạ]", quote };
}

function picture(index: number): Line {
  const base = `https://photo-stal-12.zdn.vn/jpg/9f1c/${index}`;
  const mediaUrls = [`${base}/t.jpg`, `${base}/a.jpg`, `${base}/hd.jpg`];
  const media = { mediaUrl: mediaUrls[0], mediaUrls, mediaKind: "image" };
  const content = [`[media attached: 3 files]`, ...mediaUrls.map((url, at) => `[media attached ${at + 1}/3: ${url}]`)];
  return { ...words(index), ...media, msgType: "chat.photo", content: [...content, "biển đẹp quá"].join("\n") };
}

function replyToPicture(index: number): Line {
  const href = `https://photo-stal-12.zdn.vn/jpg/9f1c/${index}/a.jpg`;
  const attach = JSON.stringify({ title: "", href, thumb: href, params: JSON.stringify({ hd: `${href}?hd` }) });
  const quote = { ownerId: me, senderName: "Trợ lý", msg: "", attach, cliMsgType: 32, ts: 1_795_327_600 };
  return { ...words(index), content: "ảnh này ở đâu thế?\n[reply context: Trợ lý: <image>]", quote };
}

function sticker(index: number): Line {
  const mentions = [{ uid: "21979" }];
  return { ...words(index), msgType: "chat.sticker", content: "<non-text:chat.sticker>", mentions };
}

function link(index: number): Line {
  const mediaUrls = ["https://photo-link-talk.zdn.vn/t.jpg", `https://tintuc.example/bai-viet-${index}.html`];
  const content = `Bài viết ${index}\nTin trong ngày`;
  return { ...words(index), msgType: "chat.recommended", content, mediaUrl: mediaUrls[0], mediaUrls };
}
