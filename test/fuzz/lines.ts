import { nastyText, type Random } from "./random.ts";

export const me = "3300912847765512008";
export const lan = "5120034498771203345";
export const huy = "8891200345671123490";
export const family = "7044519283300761122";

type Row = Record<string, unknown>;

function direct(): Row {
  return {
    threadId: lan,
    targetId: lan,
    conversationId: lan,
    msgId: "6921045577310",
    cliMsgId: "1795327700123",
    content: "mai họp lúc 9h nhé 🙂",
    type: 0,
    timestamp: 1_795_327_700,
    msgType: "webchat",
    metadata: { isGroup: false, chatType: "user", threadId: lan, senderId: lan, fromId: lan, toId: me },
    chatType: "user",
    senderId: lan,
    senderName: "Lan Phạm",
    senderDisplayName: "Lan Phạm",
    toId: me,
    ts: "1795327700456",
  };
}

function inGroup(): Row {
  return {
    ...direct(),
    threadId: family,
    targetId: family,
    conversationId: family,
    content: "@Trợ lý tóm tắt giúp\n[reply context: Lan Phạm: mai họp lúc 9h nhé]",
    type: 1,
    quote: { ownerId: lan, senderName: "Lan Phạm", msg: "mai họp lúc 9h nhé", attach: "", ts: 1_795_327_700_456 },
    mentions: [{ uid: me, pos: 0, len: 7, type: 0, text: "@Trợ lý" }],
    mentionIds: [me],
    metadata: {
      isGroup: true,
      chatType: "group",
      threadId: family,
      threadName: "Gia đình",
      senderId: huy,
      fromId: huy,
    },
    chatType: "group",
    senderId: huy,
    senderName: "Huy Đặng",
    senderDisplayName: "Huy Đặng",
    toId: family,
  };
}

function photo(): Row {
  const urls = ["https://photo.example/t.jpg", "https://photo.example/a.jpg"];
  return {
    ...direct(),
    msgType: "chat.photo",
    content: `[media attached: 2 files]\n[media attached 1/2: /srv/in/1.jpg (image/jpeg) | ${urls[0]}]\nảnh`,
    mediaPath: "/srv/in/1.jpg",
    mediaPaths: ["/srv/in/1.jpg", "/srv/in/2.jpg"],
    mediaUrl: urls[0],
    mediaUrls: urls,
    mediaType: "image/jpeg",
    mediaTypes: ["image/jpeg", "image/jpeg"],
    mediaKind: "image",
  };
}

function legacy(): Row {
  return {
    threadId: lan,
    msgId: "6921045577310",
    type: 0,
    content: "xin chào",
    timestamp: 1_795_327_700,
    metadata: { isGroup: false, threadName: "", senderName: "Lan Phạm", fromId: lan },
  };
}

function lifecycle(): Row {
  return { kind: "lifecycle", event: "closed", session_id: "mx3k9a-41f0c2d7", timestamp: 1_795_327_741, code: 1006 };
}

const shapes = [direct, inGroup, inGroup, photo, legacy, lifecycle];
const sentences = [
  "Listening... Press Ctrl+C to stop.",
  "Connected to Zalo websocket.",
  "Listener closed (1006) ",
  "[INFO] xin chào",
  "",
  "null",
  '"chuỗi"',
  "[1,2]",
];

const ids: readonly unknown[] = [
  lan,
  huy,
  me,
  family,
  "0",
  "-1",
  "",
  "constructor",
  "__proto__",
  "../..",
  " ",
  0,
  12_345,
  null,
];

function strangeValue(random: Random, depth = 0): unknown {
  switch (random.below(depth > 3 ? 6 : 9)) {
    case 0:
      return random.pick(ids);
    case 1:
      return nastyText(random);
    case 2:
      return random.pick([null, true, false, 0, -1, 1.5, 1e308, 2 ** 53, -0]);
    case 3:
      return random.below(2 ** 31);
    case 4:
      return `${random.pick(["http", "https", "file", "javascript", "data"])}://${random.pick(["127.0.0.1", "a.example", ""])}/x`;
    case 5:
      return random.pick(["group", "user", "webchat", "chat.photo", "share.file", "chat.recommended", "closed"]);
    case 6:
      return Array.from({ length: random.below(4) }, () => strangeValue(random, depth + 1));
    case 7:
      return {
        [random.pick(keys)]: strangeValue(random, depth + 1),
        uid: random.pick(ids),
        pos: random.below(20),
        len: random.below(9),
      };
    default:
      return random.pick([inGroup, direct, photo])();
  }
}

const keys = [
  ...new Set([
    ...Object.keys(inGroup()),
    ...Object.keys(photo()),
    "isGroup",
    "threadType",
    "kind",
    "event",
    "msg",
    "uid",
    "pos",
    "len",
    "fromId",
  ]),
  "quoteMediaUrls",
  "constructor",
];

function mutate(row: Row, random: Random): void {
  const present = Object.keys(row);
  const key = random.chance(0.7) && present.length > 0 ? random.pick(present) : random.pick(keys);
  const inner = row[key];
  if (random.chance(0.25)) delete row[key];
  else if (typeof inner === "object" && inner !== null && !Array.isArray(inner) && random.chance(0.6))
    mutate(inner as Row, random);
  else if (Array.isArray(inner) && random.chance(0.5)) inner.push(strangeValue(random));
  else row[key] = strangeValue(random);
}

/** One line as a listener might print it, more or less damaged or forged. */
export function streamLine(random: Random): string {
  if (random.chance(0.03)) return random.pick(sentences);
  const row = random.pick(shapes)();
  for (let count = random.below(5); count > 0; count -= 1) mutate(row, random);
  let line = JSON.stringify(row);
  // Ids as bare numbers, beyond what a JavaScript number holds.
  if (random.chance(0.1)) line = line.replaceAll(/"(\d{12,24})"/gu, "$1");
  // The same key twice: the last one counts, whatever the first said.
  if (random.chance(0.05)) line = line.replace("{", `{"senderId":${JSON.stringify(random.pick(ids))},"isGroup":true,`);
  if (random.chance(0.1)) line = cut(line, random);
  return random.chance(0.03) ? `${line}${streamLine(random)}` : line;
}

function cut(line: string, random: Random): string {
  const at = random.below(line.length);
  switch (random.below(4)) {
    case 0:
      return line.slice(0, at);
    case 1:
      return line.slice(at);
    case 2:
      return `${line.slice(0, at)}${nastyText(random)}${line.slice(at)}`;
    default:
      return line.slice(0, at) + line.slice(at + 1 + random.below(20));
  }
}
