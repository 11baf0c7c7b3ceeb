import { record } from "../../gateway/rig/recording.ts";
import { callTool } from "../../gateway/rig/tool-calls.ts";
import type { Scene } from "../steps.ts";
import { address, openclaw, write } from "./doing.ts";

export async function useTools(scene: Scene): Promise<void> {
  await rename(scene);
  await listFriends(scene);
  await dryRun(scene);
}

async function rename(scene: Scene): Promise<void> {
  const { stage, cast, narrator } = scene;
  const group = () => stage.zalo.groups().find(({ groupId }) => groupId === cast.family.groupId);
  const args = { action: "renameGroup", target: `group:${cast.family.groupId}` };
  const refused = callTool(
    stage.model,
    "đổi tên nhóm thành Hội của Huy",
    { tool: "message", args: { ...args, name: "Hội của Huy 😎" } },
    () => "Chỉ chủ tài khoản mới đổi tên được 🙏",
  );
  const recording = record(stage);
  address(scene, cast.huy, "đổi tên nhóm thành Hội của Huy");
  await narrator.during("the agent works", () => recording.answer("Chỉ chủ tài khoản"));
  narrator.verify(
    "a member cannot have the group renamed",
    refused.result() !== "" &&
      group()?.name === cast.family.name &&
      !recording.calls().some(({ command }) => command.startsWith("group rename")),
  );
  callTool(
    stage.model,
    "đổi tên nhóm thành Nhà mình",
    { tool: "message", args: { ...args, name: "Nhà mình 🏡💛" } },
    () => "Đổi rồi nhé ✨",
  );
  address(scene, cast.lan, "đổi tên nhóm thành Nhà mình");
  await narrator.during("the agent works", () => recording.answer("Đổi rồi nhé"));
  narrator.verify("the owner can", group()?.name === "Nhà mình 🏡💛");
}

async function listFriends(scene: Scene): Promise<void> {
  const { stage, cast, narrator } = scene;
  const asked = callTool(
    stage.model,
    "tìm bạn tên Tuấn",
    { tool: "zalouser", args: { action: "friends", query: "tuan" } },
    (result) => `Tìm thấy rồi 🔎 ${/"name":\s*"([^"]+)"/u.exec(result)?.[1] ?? result.slice(0, 200)}`,
  );
  const recording = record(stage);
  write(scene, cast.lan, "tìm bạn tên Tuấn giúp mình");
  await narrator.during("the agent works", () => recording.answer("Tìm thấy rồi"));
  narrator.verify(
    "the agent tool finds the owner's friend",
    asked.result().includes(cast.tuan.uid) && !asked.result().includes(cast.huy.uid),
  );
  const other = stage.model.on("có công cụ gì", "Mình chỉ trò chuyện thôi 🙂");
  address(scene, cast.huy, "có công cụ gì vậy?");
  await narrator.during("the agent works", () => recording.answer("Mình chỉ trò chuyện"));
  narrator.verify(
    "it is there for the owner only",
    asked.requests[0]?.tools.includes("zalouser") === true && other.requests[0]?.tools.includes("zalouser") === false,
  );
}

async function dryRun(scene: Scene): Promise<void> {
  const { stage, cast, narrator } = scene;
  const recording = record(stage);
  const target = ["--channel", "zalouser", "--target", `group:${cast.family.groupId}`];
  const { code } = await openclaw(scene, ["message", "send", ...target, "--message", "Thử thôi 🧪", "--dry-run"]);
  narrator.verify("a dry run makes no zca call", code === 0 && recording.calls().length === 0);
}
