import { writeFile } from "node:fs/promises";
import path from "node:path";
import { createConfigFile } from "../../gateway/rig/config.ts";
import { stopGateway } from "../../gateway/rig/stopping.ts";
import type { Scene } from "../steps.ts";
import { channelBlock, openclaw } from "./doing.ts";

/** In a config file of its own. */
export async function migrate(scene: Scene): Promise<void> {
  const { stage, cast, narrator } = scene;
  const { groupId } = cast.family;
  const file = path.join(stage.host.folders.state, "openzalo.json");
  const old = { groupPolicy: "allowlist", groupAllowFrom: [`group:${groupId}`], threadBindings: { enabled: true } };
  const config = await stage.host.config.read();
  await writeFile(file, JSON.stringify({ ...config, channels: { zalouser: old } }), { mode: 0o600 });
  narrator.say(`an old config, written for openzalo: ${JSON.stringify(old)}`);
  const options = { quiet: true, env: { OPENCLAW_CONFIG_PATH: file } };
  const doctor = await openclaw(scene, ["doctor", "--non-interactive"], options);
  narrator.verify(
    "doctor proposes what the old words mean here",
    doctor.text.includes("channels.zalouser.threadBindings is a setting of openzalo") &&
      doctor.text.includes("groupAllowFrom names groups"),
  );
  narrator.say("--fix wants the state to itself, so the gateway is stopped first");
  const { zcaMs } = await narrator.during("SIGTERM to the gateway", () => stopGateway(stage.host));
  narrator.verify(`the gateway stops: zca had ended after ${zcaMs} ms, no process is left behind`, zcaMs < 4000);
  await openclaw(scene, ["doctor", "--fix", "--non-interactive"], options);
  const fixed = channelBlock(await createConfigFile(file).read());
  narrator.say(`now: ${JSON.stringify(fixed)}`);
  narrator.verify(
    "--fix does it: the group is listed as a group, what means nothing is gone",
    JSON.stringify(fixed["groups"]) === JSON.stringify({ [groupId]: { allow: true } }) &&
      !("groupAllowFrom" in fixed) &&
      !("threadBindings" in fixed),
  );
  await createConfigFile(file).patch((tree) => void (channelBlock(tree)["groupPolicy"] = "open"));
  const { stdout } = await openclaw(scene, ["security", "audit", "--json"], options);
  const { findings }: { findings: { checkId: string; title: string }[] } = JSON.parse(
    stdout.slice(stdout.indexOf("{")),
  );
  const open = findings.find(({ checkId }) => checkId === "channels.zalouser.groups.open");
  narrator.verify(`security audit names an open policy: "${open?.title ?? ""}"`, open !== undefined);
}
