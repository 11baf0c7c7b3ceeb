import { listenerOf, successorOf } from "../../gateway/rig/listening.ts";
import { record } from "../../gateway/rig/recording.ts";
import type { Scene } from "../steps.ts";
import { branch, changeChannel, writeInGroup } from "./doing.ts";

export async function changeLive(scene: Scene): Promise<void> {
  const { stage, cast, narrator } = scene;
  const [first, second] = [listenerOf(stage, "default"), listenerOf(stage, "shop")];
  await changeChannel(scene, "groups", (block) => {
    branch(branch(block, "groups"), cast.family.name)["requireMention"] = false;
  });
  stage.model.on("khỏi nhắc tên", "Nghe rồi, khỏi nhắc tên 👋");
  const recording = record(stage);
  writeInGroup(scene, cast.lan, "Từ giờ khỏi nhắc tên nhé");
  await narrator.during("the agent works", () => recording.answer("khỏi nhắc tên"));
  narrator.verify(
    `a policy change holds for the next message, with the same listener, process ${first}`,
    listenerOf(stage, "default") === first,
  );
  await changeChannel(scene, "accounts.shop.zcaEnv", (block) => {
    branch(branch(block, "accounts"), "shop")["zcaEnv"] = ["ZALO_EXTRA"];
  });
  const next = await narrator.during("the shop's account restarts", () => successorOf(stage, "shop", second));
  narrator.verify(
    `a change of the shop's program restarts that account alone (${second} became ${next}, ${first} stayed)`,
    listenerOf(stage, "default") === first,
  );
}
