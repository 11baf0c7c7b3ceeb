import { record } from "../../gateway/rig/recording.ts";
import { callTool } from "../../gateway/rig/tool-calls.ts";
import type { Scene } from "../steps.ts";
import { address, openclaw } from "./doing.ts";

export async function replyAndReact(scene: Scene): Promise<void> {
  await quoteAndMention(scene);
  await react(scene);
  await stickerAndBack(scene);
}

async function quoteAndMention(scene: Scene): Promise<void> {
  const { stage, cast, narrator } = scene;
  stage.model.on("mấy giờ họp", "@Huy Đặng ơi, 19 giờ tối nay nhé 🕖");
  const recording = record(stage);
  const question = address(scene, cast.lan, "mấy giờ họp vậy? Nhắc Huy giúp mình");
  const { quote, mentions } = await narrator.during("the agent works", () => recording.answer("19 giờ"));
  narrator.verify("an answer in a group quotes what it answers", quote?.globalMsgId === question.msgId);
  narrator.verify("@Huy Đặng is a native mention", mentions[0]?.uid === cast.huy.uid);
}

async function react(scene: Scene): Promise<void> {
  const { stage, cast, narrator } = scene;
  callTool(stage.model, "thả tim", { tool: "message", args: { action: "react", emoji: "❤️" } }, () => "Thả rồi nhé 💗");
  const recording = record(stage);
  const { msgId } = address(scene, cast.huy, "thả tim cho mình đi");
  await narrator.during("the agent works", () => recording.answer("Thả rồi nhé"));
  const found = stage.zalo.touches().find((touch) => touch.msgId === msgId);
  narrator.verify(
    "the agent puts a ❤ on the message",
    found?.kind === "reaction" && found.icon === "HEART" && found.from === cast.assistant.uid,
  );
}

async function stickerAndBack(scene: Scene): Promise<void> {
  const { stage, cast, narrator } = scene;
  const recording = record(stage);
  const target = ["--channel", "zalouser", "--target", `group:${cast.family.groupId}`];
  await openclaw(scene, ["message", "sticker", "send", ...target, "--sticker-id", "21979"]);
  const sticker = recording.sent().at(-1);
  narrator.verify("openclaw message sends a sticker", sticker?.msgType === "chat.sticker");
  const messageId = sticker?.msgId ?? "";
  await openclaw(scene, ["message", "delete", ...target, "--message-id", messageId]);
  const undone = stage.zalo.touches().at(-1);
  narrator.verify("and takes it back", undone?.kind === "undone" && undone.msgId === messageId);
}
