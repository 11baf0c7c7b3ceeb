import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { PNG } from "pngjs";
import { listenerOf } from "../../gateway/rig/listening.ts";
import { record } from "../../gateway/rig/recording.ts";
import { waitFor } from "../../gateway/rig/wait.ts";
import type { Scene } from "../steps.ts";
import { write } from "./doing.ts";

/** An address of this machine: OpenClaw's guard fetches from public ones only, and there is no network in this demo. */
const address = (name: string) => `https://127.0.0.1:9/${name}`;

export async function receiveMedia(scene: Scene): Promise<void> {
  const { stage, cast, narrator } = scene;
  stage.model.on("nhận được chưa", "Nhận đủ rồi nhé 👌");
  const recording = record(stage);
  const qr = "https://qr-talk.zdn.vn/1/350435420/abc.jpg";
  const send = (media: Parameters<typeof stage.zalo.say>[0]["media"] & object) =>
    stage.zalo.say({ from: cast.lan.uid, to: cast.assistant.uid, media });
  send({ kind: "sticker", id: 21_979 });
  send({ kind: "location", address: "12 Lý Thường Kiệt, Hà Nội", latitude: 21.02, longitude: 105.85 });
  send({ kind: "card", name: "Huy Đặng", avatar: address("huy.jpg"), qr });
  send({ kind: "photo", thumb: address("nho.jpg"), normal: address("anh.jpg") });
  send({ kind: "voice", href: address("loi-nhan.m4a") });
  write(scene, cast.lan, "Bạn nhận được chưa? 📨");
  await narrator.during("the agent works", () => recording.answer("Nhận đủ rồi"));
  const heard = recording
    .asked()
    .map(({ turn }) => turn)
    .join("\n");
  for (const [what, words] of [
    ["a sticker", "[sticker 21979]"],
    ["a place", "[location: 12 Lý Thường Kiệt, Hà Nội]"],
    ["a contact card", "[contact card: Huy Đặng]"],
  ] as const)
    narrator.verify(`${what} reaches the agent as "${words}"`, heard.includes(words));
  narrator.verify(
    "a picture and a voice message behind an address of one's own network are named, but not fetched",
    ["[picture, which could not be loaded]", "[voice message, which could not be loaded]"].every((words) =>
      heard.includes(words),
    ),
  );
}

export async function sendMedia(scene: Scene): Promise<void> {
  const { stage, cast, narrator } = scene;
  const { gateway, folders } = stage.host;
  const picture = path.join(folders.workspace, "ảnh hoa, đẹp.png");
  const report = path.join(folders.workspace, "Báo cáo quý.pdf");
  await writeFile(picture, PNG.sync.write(new PNG({ width: 8, height: 8, fill: true })));
  await writeFile(report, "%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n");
  const recording = record(stage);
  const before = listenerOf(stage, "default");
  const message = { to: cast.lan.uid, message: "Gửi bạn hoa và báo cáo 🌷", mediaUrls: [picture, report] };
  narrator.say("the gateway is asked to send two files of the workspace with one caption");
  const params = { channel: "zalouser", accountId: "default", idempotencyKey: randomUUID(), ...message };
  await narrator.during("sending", () => gateway.call("send", params));
  await waitFor("both files", () => recording.sent().length === 2, { timeoutMs: 60_000 });
  const names = recording.sent().flatMap(({ attachments }) => attachments.map(({ name }) => name));
  narrator.verify(`two files arrived: ${names.join(", ")}`, names.join() === "anh-hoa-dep.png,Bao-cao-quy.pdf");
  narrator.verify("the caption rides on the picture", recording.sent()[0]?.text === message.message);
  const evicted = stage.zalo.journal().flatMap((call) => call.evicted ?? []);
  narrator.verify(
    "the listener stayed connected beside the uploads",
    evicted.length === 0 && listenerOf(stage, "default") === before,
  );
}
