import type { Cast } from "../gateway/rig/cast.ts";
import { listenerOf, successorOf } from "../gateway/rig/listening.ts";
import { openLogin } from "../gateway/rig/login.ts";
import { record } from "../gateway/rig/recording.ts";
import type { Stage } from "../gateway/rig/stage.ts";
import { stopGateway } from "../gateway/rig/stopping.ts";
import { vietnameseStory, words } from "../gateway/rig/texts.ts";
import type { Narrator } from "./narrator.ts";

export interface Scene {
  readonly stage: Stage;
  readonly cast: Cast;
  readonly narrator: Narrator;
}

export async function install({ stage, narrator }: Scene): Promise<void> {
  narrator.step("Install the plugin by its name");
  narrator.say("$ openclaw plugins install @openclaw/zalouser --accept-capabilities");
  narrator.say(
    "(the name is served from a registry on this machine; its dependencies come from the npm registry or npm's cache)",
  );
  const result = await narrator.during("installing", () => stage.install("name", { onOutput: narrator.quote }));
  narrator.verify("the plugin is installed", result.code === 0);
}

export async function logIn(scene: Scene): Promise<void> {
  scene.narrator.step("Log in: scan the code with the phone");
  await scanCode(scene);
}

export async function scanCode({ stage, cast, narrator }: Scene): Promise<void> {
  narrator.say("$ openclaw channels login --channel zalouser");
  const login = await openLogin(stage.host, [], { onOutput: narrator.quote });
  const payload = await login.code();
  narrator.verify(
    "the risk for the account was named and asked about",
    /ban|suspend/iu.test(login.riskQuestion() ?? ""),
  );
  narrator.say(`📱 the phone reads the code off this terminal: ${payload.slice(0, 60)}…`);
  stage.zalo.scanQr(payload, { as: cast.assistant.uid });
  await login.program.until("the scan to be shown", /scanned|quét/iu);
  narrator.say("📱 confirmed on the phone");
  stage.zalo.confirmQr(payload);
  const { code } = await login.ended();
  narrator.verify(`logged in as ${cast.assistant.displayName}`, code === 0);
}

export async function start({ stage, narrator }: Scene): Promise<void> {
  narrator.step("Configure and start the gateway");
  const block = { zalouser: { enabled: true, dmPolicy: "pairing" } };
  narrator.say(`config: channels: ${JSON.stringify(block)}`);
  await stage.host.config.patch((config) => void (config["channels"] = block));
  const readyMs = await narrator.during("openclaw gateway run", () => stage.host.gateway.start());
  const pid = await narrator.during("zca listen connects", () => successorOf(stage, "default", undefined));
  narrator.verify(
    `the gateway was ready after ${(readyMs / 1000).toFixed(1)} s and the account listens, as process ${pid}`,
    stage.zalo.isListening("default"),
  );
}

export async function pair({ stage, cast, narrator }: Scene): Promise<void> {
  const { zalo, host } = stage;
  narrator.step("A stranger writes and gets a pairing code, not an answer");
  const recording = record(stage);
  zalo.say({ from: cast.lan.uid, to: cast.assistant.uid, text: "Chào bạn, mình là Lan đây 🙂" });
  const challenge = await recording.answer(({ threadId }) => threadId === cast.lan.uid);
  const code = /\b[A-Z0-9]{8}\b/u.exec(challenge.text)?.[0] ?? "";
  narrator.verify(`the stranger was sent the pairing code ${code}`, code !== "");
  narrator.verify("the model was not asked", recording.asked().length === 0);

  const before = listenerOf(stage, "default");
  narrator.say(`$ openclaw pairing approve zalouser ${code}`);
  const approve = () => host.cli(["pairing", "approve", "zalouser", code], { onOutput: narrator.quote });
  const { code: exitCode } = await narrator.during("approving", approve);
  narrator.verify("the operator's command let the person in", exitCode === 0);
  // The first approval makes this person the owner; a change of the config that needs no new listener.
  narrator.verify(`the account listened all the while, as process ${before}`, zalo.listenerPid("default") === before);
}

export async function answer({ stage, cast, narrator }: Scene): Promise<void> {
  narrator.step("The same person writes again and is answered");
  stage.model.on("cà phê", "Cà phê trứng ở phố Hàng Gai nhé, mình thích lắm ☕");
  const recording = record(stage);
  stage.zalo.say({ from: cast.lan.uid, to: cast.assistant.uid, text: "Uống cà phê ở đâu ngon?" });
  await narrator.during("the agent works", () => recording.answer("phố Hàng Gai"));
  narrator.verify(
    "one question, one answer, one zca call",
    recording.calls().length === 1 && recording.sent().length === 1,
  );
}

export async function longAnswer({ stage, cast, narrator }: Scene): Promise<void> {
  narrator.step("A 5,000-character answer arrives in ordered pieces");
  const story = vietnameseStory(5000);
  stage.model.on("Kể chuyện", story);
  const recording = record(stage);
  stage.zalo.say({ from: cast.lan.uid, to: cast.assistant.uid, text: "Kể chuyện dài cho mình nghe đi 📖" });
  const ending = words(story).slice(-5).join(" ");
  await narrator.during("the agent works, then the answer goes out at a person's pace", () =>
    recording.answer(({ text }) => words(text).join(" ").endsWith(ending), 60_000),
  );
  const chunks = recording.sent();
  const first = chunks[0]?.at ?? 0;
  for (const [index, { at, text }] of chunks.entries()) {
    narrator.say(`chunk ${index + 1} of ${chunks.length}: ${text.length} characters, ${at - first} ms after the first`);
  }
  const arrived = chunks.flatMap(({ text }) => words(text)).join(" ");
  narrator.verify(
    `${story.length} characters arrived whole and in order in ${chunks.length} chunks`,
    arrived === words(story).join(" "),
  );
  narrator.verify(
    "no chunk is longer than 2,000",
    chunks.every(({ text }) => text.length <= 2000),
  );
  narrator.verify("one zca call per chunk and no other", recording.calls().length === chunks.length);
}

export async function killAndRecover({ stage, cast, narrator }: Scene): Promise<void> {
  const { zalo } = stage;
  narrator.step("The listener is killed and comes back");
  const before = listenerOf(stage, "default");
  narrator.say(`$ kill -9 ${before}   (zca listen)`);
  const killedAt = performance.now();
  process.kill(before, "SIGKILL");
  const after = await successorOf(stage, "default", before);
  const tookMs = Math.round(performance.now() - killedAt);
  narrator.verify(
    `listening again ${tookMs} ms after the kill, as process ${after}`,
    zalo.isListening("default") && after !== before,
  );
  stage.model.on("còn đó không", "Mình vẫn ở đây 👋");
  const recording = record(stage);
  zalo.say({ from: cast.lan.uid, to: cast.assistant.uid, text: "Bạn còn đó không?" });
  await narrator.during("the agent works", () => recording.answer("vẫn ở đây"));
  narrator.verify("the next message is answered", recording.sent().length === 1);
}

export async function stop({ stage, narrator }: Scene): Promise<void> {
  narrator.step("Stop");
  const { zcaMs, gatewayMs } = await narrator.during("SIGTERM to the gateway", () => stopGateway(stage.host));
  narrator.verify(`zca had ended after ${zcaMs} ms, the gateway after ${gatewayMs} ms`, zcaMs < 4000);
  const left = await stage.host.processes();
  narrator.verify("no process is left behind", left.length === 0);
}
