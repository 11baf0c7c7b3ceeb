import { randomUUID } from "node:crypto";
import { record } from "../../gateway/rig/recording.ts";
import { vietnameseStory, words } from "../../gateway/rig/texts.ts";
import { waitFor } from "../../gateway/rig/wait.ts";
import type { Scene } from "../steps.ts";
import { address, branch, changeChannel, openclaw, write } from "./doing.ts";

export async function stayAPerson(scene: Scene): Promise<void> {
  await refuseStrangers(scene);
  await takeOver(scene);
  await takeOverFromChat(scene);
  await showPace(scene);
}

async function refuseStrangers(scene: Scene): Promise<void> {
  const { stage, cast, narrator } = scene;
  await changeChannel(scene, "accounts.shop.rateLimit", (block) => {
    branch(branch(block, "accounts"), "shop")["rateLimit"] = { strangersPerDay: 1 };
  });
  const recording = record(stage);
  narrator.say("the shop has written to one stranger today; the gateway is asked to write to another one");
  const message = { to: cast.lan.uid, message: "Quán mình có món mới 🍜" };
  const params = { channel: "zalouser", accountId: "shop", idempotencyKey: randomUUID(), ...message };
  const refusal = await narrator.during("sending", () =>
    stage.host.gateway.call("send", params).then(String, (error: Error) => error.message),
  );
  narrator.quote(`${refusal}\n`);
  narrator.verify(
    "a stranger beyond strangersPerDay is refused before any zca call",
    refusal.includes("SEND_TOO_MANY_STRANGERS") && recording.calls().length === 0,
  );
}

async function takeOver(scene: Scene): Promise<void> {
  const { stage, cast, narrator } = scene;
  const conversation = `group:${cast.family.groupId}`;
  const recording = record(stage);
  await openclaw(scene, ["zalouser", "pause", conversation, "--for", "2h"]);
  address(scene, cast.huy, "nhớ mời bác Ba luôn nhé");
  // The answer to this comes after that, so the silence in the group is no matter of waiting longer.
  write(scene, cast.lan, `/zalouser resume ${conversation}`);
  await recording.answer(`Resumed ${conversation}`);
  narrator.verify(
    "paused with openclaw zalouser pause a conversation is not answered; the owner resumes it with /zalouser resume in the chat",
    recording.asked().length === 0 && recording.sent().length === 1,
  );
  stage.model.on("Huy vừa dặn", "Dặn mời bác Ba bảy giờ 🎉");
  address(scene, cast.lan, "Huy vừa dặn gì vậy?");
  await narrator.during("the agent works", () => recording.answer("Dặn mời bác Ba"));
  narrator.verify(
    "what was said meanwhile is context then",
    recording.asked().at(-1)?.everything.includes("nhớ mời bác Ba luôn nhé") === true,
  );
}

/** The other way round; the same words to the same person a second time would wait a minute. */
async function takeOverFromChat(scene: Scene): Promise<void> {
  const { stage, cast, narrator } = scene;
  const conversation = `group:${cast.family.groupId}`;
  const recording = record(stage);
  write(scene, cast.lan, `/zalouser pause ${conversation} 30m`);
  await recording.answer(`Paused ${conversation}`);
  address(scene, cast.huy, "còn ai đến nữa không?");
  const { code } = await openclaw(scene, ["zalouser", "resume", conversation]);
  stage.model.on("gọi cô Tư", "Gọi cô Tư rồi nhé 🌼");
  address(scene, cast.lan, "gọi cô Tư luôn nhé");
  await narrator.during("the agent works", () => recording.answer("Gọi cô Tư rồi"));
  narrator.verify(
    "/zalouser pause in the chat does the same, and openclaw zalouser resume ends it",
    code === 0 && recording.asked().length === 1 && recording.sent().length === 2,
  );
}

async function showPace(scene: Scene): Promise<void> {
  const { stage, cast, narrator } = scene;
  const story = vietnameseStory(4200);
  stage.model.on("kể chuyện", story);
  const recording = record(stage);
  write(scene, cast.lan, "kể chuyện cho mình nghe đi 📖");
  const whole = words(story).join(" ");
  const arrived = () => recording.sent().flatMap(({ text }) => words(text));
  await narrator.during("the agent works, then the answer goes out at a person's pace", () =>
    waitFor("all of the story", () => arrived().join(" ") === whole, { explain: () => arrived().join(" ") }),
  );
  const starts = recording.calls().map(({ startedAt }) => startedAt);
  const gaps = starts.slice(1).map((at, index) => at - (starts[index] ?? 0));
  narrator.verify(
    `${story.length} characters: ${starts.length} chunks, one zca call each, ${gaps.join(" and ")} ms apart`,
    gaps.length > 0 && gaps.every((gap) => gap >= 1000) && recording.sent().length === starts.length,
  );
}
