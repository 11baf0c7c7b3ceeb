import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { configureAndStart, logIn } from "./journeys/first-steps.ts";
import { createCast, type Cast } from "./rig/cast.ts";
import { listenerOf, successorOf } from "./rig/listening.ts";
import { isAlive } from "./rig/processes.ts";
import { record } from "./rig/recording.ts";
import { createStage, type Stage } from "./rig/stage.ts";
import { stopGateway } from "./rig/stopping.ts";
import { waitFor } from "./rig/wait.ts";

let stage: Stage;
let cast: Cast;

beforeAll(async () => {
  stage = await createStage();
  cast = createCast(stage);
  const { code, stdout, stderr } = await stage.install("tarball");
  expect(code, `${stdout}\n${stderr}`).toBe(0);
  await logIn(stage, cast.assistant.uid);
  await configureAndStart(stage);
});

afterAll(async () => {
  await stage.dispose();
});

const say = (text: string) => stage.zalo.say({ from: cast.lan.uid, to: cast.assistant.uid, text });
const reads = () => stage.zalo.calls({ command: "msg recent" });
const pings = (recording: ReturnType<typeof record>) =>
  recording.sent().flatMap(({ text }) => text.match(/ping-[\p{L}\p{N}-]+/gu) ?? []);

// One life after the other, in this order.
test("what a new contact writes while the first approval restarts the channel is answered", async () => {
  const { host } = stage;
  const recording = record(stage);
  say("Chào bạn, mình là Lan đây 🙂");
  await recording.answer(({ threadId }) => threadId === cast.lan.uid);
  const { requests } = JSON.parse((await host.cli(["pairing", "list", "zalouser", "--json"])).stdout);
  const before = listenerOf(stage, "default");
  const approving = host.cli(["pairing", "approve", "zalouser", requests[0].code]);
  await waitFor("the old listener to end", async () => !(await isAlive(before)), { timeoutMs: 60_000 });
  say("ping-được-duyệt-chưa");
  const { code, stderr } = await approving;
  expect(code, stderr).toBe(0);
  await successorOf(stage, "default", before);
  await recording.answer("pong: ping-được-duyệt-chưa", 90_000);
  say("ping-nghe-trực-tiếp");
  await recording.answer("pong: ping-nghe-trực-tiếp");
  expect(pings(recording)).toEqual(["ping-được-duyệt-chưa", "ping-nghe-trực-tiếp"]);
  expect(reads()).toHaveLength(1);
});

test("what the listener of a SIGKILLed gateway swallowed is answered once by the next one", async () => {
  const { host } = stage;
  const recording = record(stage);
  const orphan = listenerOf(stage, "default");
  await host.gateway.kill();
  say("ping-mồ-côi 👻");
  await tenMinutesLater();
  await host.gateway.start();
  await successorOf(stage, "default", orphan);
  await recording.answer("pong: ping-mồ-côi", 90_000);
  say("ping-sau-đó");
  await recording.answer("pong: ping-sau-đó");
  expect(pings(recording)).toEqual(["ping-mồ-côi", "ping-sau-đó"]);
});

test("what was said while the gateway was stopped is answered once, and stopping leaves nothing behind", async () => {
  const { host } = stage;
  await stopGateway(host);
  const recording = record(stage);
  say("ping-lúc-tắt");
  await tenMinutesLater();
  await host.gateway.start();
  await recording.answer("pong: ping-lúc-tắt", 90_000);
  say("ping-cuối");
  await recording.answer("pong: ping-cuối");
  expect(pings(recording)).toEqual(["ping-lúc-tắt", "ping-cuối"]);
  expect((await stopGateway(host)).zcaMs).toBeLessThan(4000);
});

/** Runs keep ten minutes' distance; nobody wants to wait for that here. */
async function tenMinutesLater(): Promise<void> {
  const { state } = stage.host.folders;
  const file = path.join(state, "zalouser", "accounts", "default", "catch-up.json");
  const ledger = JSON.parse(await readFile(file, "utf8"));
  expect(ledger.coverage.lastRunAtMs).toBeGreaterThan(0);
  await writeFile(file, JSON.stringify({ ...ledger, coverage: { ...ledger.coverage, lastRunAtMs: 0 } }));
}
