import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { answerInTheMiddle } from "../journeys/crash-in-send.ts";
import { configureAndStart, logIn } from "../journeys/first-steps.ts";
import { expectClean } from "../journeys/inspection.ts";
import { createCast, type Cast } from "../rig/cast.ts";
import { listenerOf, successorOf } from "../rig/listening.ts";
import { isAlive } from "../rig/processes.ts";
import { record } from "../rig/recording.ts";
import { createStage, type Stage } from "../rig/stage.ts";
import { stopGateway } from "../rig/stopping.ts";
import { tenMinutesLater } from "../rig/later.ts";
import { waitFor } from "../rig/wait.ts";

/** Installed from the npm pack tarball, which the host does not trust: one host, several lives of its gateway, in this order. */
export function untrustedWorld(): void {
  let stage: Stage;
  let cast: Cast;
  let answered: { msgId: string; cliMsgId: string };

  beforeAll(async () => {
    stage = await createStage();
    cast = createCast(stage);
  });

  afterAll(async () => {
    await stage.dispose();
  });

  let failed: string | undefined;

  beforeEach(() => {
    if (failed !== undefined) throw new Error(`"${failed}" failed, and this builds on it.`);
  });

  afterEach(({ task }) => {
    if (task.result?.state === "fail") failed ??= task.name;
  });

  const say = (text: string) => stage.zalo.say({ from: cast.lan.uid, to: cast.assistant.uid, text });
  const pings = (recording: ReturnType<typeof record>) =>
    recording.sent().flatMap(({ text }) => text.match(/ping-[\p{L}\p{N}-]+/gu) ?? []);

  test("installs, logs in and is configured in the beginner's order", async () => {
    const { code, stdout, stderr } = await stage.install("tarball");
    expect(code, `${stdout}\n${stderr}`).toBe(0);
    await logIn(stage, cast.assistant.uid);
    await configureAndStart(stage);
  });

  test("what a new contact writes while the first approval restarts the channel is answered", async () => {
    const { host, zalo } = stage;
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
    expect(zalo.calls({ command: "msg recent" })).toHaveLength(1);
  });

  test("answers a message with one zca call", async () => {
    const recording = record(stage);
    answered = say("ping-trước-sự-cố 🙂");
    await recording.answer("pong: ping-trước-sự-cố");
    expect(recording.calls()).toHaveLength(1);
  });

  test("after a SIGKILL of the gateway ends the orphan, answers what that swallowed once and no old message again, and finishes the answer it was in", async () => {
    const { zalo, host } = stage;
    const cut = await answerInTheMiddle(stage, cast);
    const orphan = listenerOf(stage, "default");
    await host.gateway.kill();
    const recording = record(stage);
    say("ping-mồ-côi 👻");
    await tenMinutesLater(host);
    await host.gateway.start();
    await successorOf(stage, "default", orphan);
    expect(await isAlive(orphan)).toBe(false);

    zalo.say({ from: cast.lan.uid, to: cast.assistant.uid, text: "ping-trước-sự-cố 🙂", overrides: answered });
    await cut.expectWhole();
    // The host forgets an answer as soon as the next one is there, so those wait for it.
    await recording.answer("pong: ping-mồ-côi", 90_000);
    say("ping-sau-sự-cố");
    await recording.answer("pong: ping-sau-sự-cố");
    expect(pings(recording)).toEqual(["ping-mồ-côi", "ping-sau-sự-cố"]);
  });

  test("what was said while the gateway was stopped is answered once", async () => {
    const { host } = stage;
    expect((await stopGateway(host)).zcaMs).toBeLessThan(4000);
    const recording = record(stage);
    say("ping-lúc-tắt");
    await tenMinutesLater(host);
    await host.gateway.start();
    await recording.answer("pong: ping-lúc-tắt", 90_000);
    say("ping-cuối");
    await recording.answer("pong: ping-cuối");
    expect(pings(recording)).toEqual(["ping-lúc-tắt", "ping-cuối"]);
  });

  test("passes the host's own inspection and audit", async () => {
    await expectClean(stage, /^(?:provenance-invalid|origin-path)$/u);
  });

  test("stops cleanly and leaves no process behind", async () => {
    expect((await stopGateway(stage.host)).zcaMs).toBeLessThan(4000);
  });
}
