import type { ConfigTree } from "../../gateway/rig/config.ts";
import { listenerOf, successorOf } from "../../gateway/rig/listening.ts";
import { record } from "../../gateway/rig/recording.ts";
import { waitFor } from "../../gateway/rig/wait.ts";
import type { Scene } from "../steps.ts";
import { branch, changeChannel, write } from "./doing.ts";

export async function showSigns(scene: Scene): Promise<void> {
  const { stage, cast, narrator } = scene;
  const before = listenerOf(stage, "default");
  await changeChannel(scene, "typing", (block) => void Object.assign(block, { typing: true, ackReaction: "❤️" }));
  // A model that needs its time: what would be shown after the answer is not shown at all.
  stage.model.on("nghĩ kỹ", async () => {
    await waitFor("typing to be shown", () => stage.zalo.calls({ command: "msg typing" }).length > 0);
    return "Nghĩ kỹ rồi: ăn bún chả 🍜";
  });
  const recording = record(stage);
  const { msgId } = write(scene, cast.lan, "Trưa ăn gì? nghĩ kỹ nhé 🤔");
  await narrator.during("the agent works", () => recording.answer("bún chả"));
  const commands = recording.calls().map(({ command }) => command);
  narrator.verify(
    "switched on live, one turn shows typing and a ❤ before its answer",
    commands.toSorted().join() === "msg react,msg send,msg typing" &&
      commands.at(-1) === "msg send" &&
      stage.zalo.touches().at(-1)?.msgId === msgId,
  );
  narrator.verify(`the same listener, process ${before}`, listenerOf(stage, "default") === before);
  await changeChannel(scene, "typing", (block) => {
    delete block["typing"];
    delete block["ackReaction"];
  });
  await refuseReceipts(scene);
}

/** At the shop's account, so that the other one is seen to go on. */
async function refuseReceipts(scene: Scene): Promise<void> {
  const { stage, narrator } = scene;
  const [first, second] = [listenerOf(stage, "default"), listenerOf(stage, "shop")];
  const shopOf = (block: ConfigTree) => branch(branch(block, "accounts"), "shop");
  const since = stage.host.gateway.output().length;
  await changeChannel(scene, "accounts.shop.receipts", (block) => void (shopOf(block)["receipts"] = true));
  const reason = "zca has no command that marks messages as delivered or seen";
  const said = () => stage.host.gateway.output().slice(since);
  await waitFor("the refusal", () => said().includes(reason), { explain: said });
  narrator.quote(
    `${
      said()
        .split("\n")
        .find((line) => line.includes(reason)) ?? ""
    }\n`,
  );
  narrator.verify(`receipts are refused: "${reason}"`, listenerOf(stage, "default") === first);
  await changeChannel(scene, "accounts.shop.receipts", (block) => void delete shopOf(block)["receipts"]);
  await narrator.during("the shop's account goes on by itself", () => successorOf(stage, "shop", second));
}
