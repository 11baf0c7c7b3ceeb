import { chmod, copyFile } from "node:fs/promises";
import path from "node:path";
import { successorOf } from "../../gateway/rig/listening.ts";
import { record } from "../../gateway/rig/recording.ts";
import { waitFor } from "../../gateway/rig/wait.ts";
import { scanCode, type Scene } from "../steps.ts";
import { branch, channelBlock, openclaw, write } from "./doing.ts";

export const groupPrompt = "Trong nhóm này hãy xưng là Bé Bông 🐣.";

/** Two accounts by flags: one logged in by QR code, one by a saved session; then the gateway, and a first plain turn. */
export async function setUp(scene: Scene): Promise<void> {
  const { stage, cast, narrator } = scene;
  const { host } = stage;
  narrator.say("$ openclaw plugins install @openclaw/zalouser --accept-capabilities");
  const installed = await narrator.during("installing", () => stage.install("name", { onOutput: narrator.quote }));
  narrator.verify("installed by its name", installed.code === 0);

  const flags = ["--dm-policy", "allowlist", "--allow-from", "lan phạm", "--groups", cast.family.name];
  await openclaw(scene, ["channels", "add", "--channel", "zalouser", ...flags]);
  const { allowFrom, groups } = channelBlock(await host.config.read());
  narrator.verify(
    "flags write the account, people and groups by name",
    JSON.stringify([allowFrom, groups]) === JSON.stringify([["lan phạm"], { [cast.family.name]: { allow: true } }]),
  );
  narrator.say("(openclaw channels add asks the same in a dialogue; `npm run test:ui` plays that in a real terminal)");
  await scanCode(scene);
  await addShop(scene);
  await host.config.patch((config) => {
    // Tools as they are, not behind the search the host puts before a local model's.
    config["tools"] = { toolSearch: false };
    config["commands"] = { ownerAllowFrom: [`zalouser:${cast.lan.uid}`] };
    config["messages"] = { ackReactionScope: "direct" };
    const block = channelBlock(config);
    block["groupAllowFrom"] = [cast.lan.uid, cast.huy.uid];
    branch(branch(block, "groups"), cast.family.name)["systemPrompt"] = groupPrompt;
  });
  narrator.say("config: Lan is the owner, the group has an instruction of its own and answers Lan and Huy only");
  await narrator.during("openclaw gateway run", () => host.gateway.start());
  await narrator.during("two listeners connect", () =>
    Promise.all(["default", "shop"].map((profile) => successorOf(stage, profile, undefined))),
  );
  await resolveNames(scene);
  await plainTurn(scene);
}

async function resolveNames({ stage, cast, narrator }: Scene): Promise<void> {
  const sentences = [
    `"lan phạm" in channels.zalouser.allowFrom stands for user ${cast.lan.uid}`,
    `"${cast.family.name}" in channels.zalouser.groups stands for group ${cast.family.groupId}`,
  ];
  const areSaid = async () => {
    const log = await stage.host.log();
    return sentences.every((sentence) => log.includes(sentence));
  };
  await narrator.during("the names are looked up", () => waitFor("the names to be known", areSaid));
  for (const sentence of sentences) narrator.say(sentence);
  narrator.verify("names of a friend and a group became ids, for good", await areSaid());
}

async function addShop(scene: Scene): Promise<void> {
  const { stage, cast, narrator } = scene;
  const { zalo, host } = stage;
  zalo.logIn("browser", cast.shop.uid);
  const session = path.join(host.folders.home, "session.json");
  await copyFile(path.join(zalo.home, "profiles", "browser", "credentials.json"), session);
  await chmod(session, 0o600);
  const flags = ["--account", "shop", "--name", cast.shop.displayName, "--dm-policy", "pairing"];
  const more = ["--allow-from", cast.tuan.uid, "--group-policy", "disabled", "--credentials-file", session];
  await openclaw(scene, ["channels", "add", "--channel", "zalouser", ...flags, ...more]);
  narrator.verify("a second account logs in with a saved session", zalo.accountOf("shop") === cast.shop.uid);
}

async function plainTurn(scene: Scene): Promise<void> {
  const { stage, cast, narrator } = scene;
  stage.model.on("Uống cà phê", "Cà phê trứng ở phố Hàng Gai nhé, mình thích lắm ☕");
  const recording = record(stage);
  write(scene, cast.lan, "Uống cà phê ở đâu ngon?");
  await narrator.during("the agent works", () => recording.answer("phố Hàng Gai"));
  const calls = recording.calls().filter(({ profile }) => profile === "default");
  narrator.verify(
    "a plain text turn costs exactly one zca call",
    calls.map(({ command }) => command).join() === "msg send",
  );
}
