import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { answerInTheMiddle } from "./journeys/crash-in-send.ts";
import { configureAndStart, logIn, pairFirstPerson } from "./journeys/first-steps.ts";
import { expectClean } from "./journeys/inspection.ts";
import { listenerOf, successorOf } from "./rig/listening.ts";
import { createCast, type Cast } from "./rig/cast.ts";
import { isAlive } from "./rig/processes.ts";
import { record } from "./rig/recording.ts";
import { stopGateway } from "./rig/stopping.ts";
import { createStage, type Stage } from "./rig/stage.ts";

// One host, two gateway lives, in this order.
describe("installed from the npm pack tarball, which the host does not trust", () => {
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

  test("installs, logs in, is configured and pairs in the beginner's order", async () => {
    const { code, stdout, stderr } = await stage.install("tarball");
    expect(code, `${stdout}\n${stderr}`).toBe(0);
    await logIn(stage, cast.assistant.uid);
    await configureAndStart(stage);
    await pairFirstPerson(stage, cast);
  });

  test("answers a message with one zca call", async () => {
    const recording = record(stage);
    answered = stage.zalo.say({ from: cast.lan.uid, to: cast.assistant.uid, text: "ping-trước-sự-cố 🙂" });
    await recording.answer("pong: ping-trước-sự-cố");
    expect(recording.calls()).toHaveLength(1);
  });

  test("after a SIGKILL of the gateway ends the orphan, answers the next message and no old one again, and finishes the answer it was in", async () => {
    const { zalo, host } = stage;
    const cut = await answerInTheMiddle(stage, cast);
    const orphan = listenerOf(stage, "default");
    await host.gateway.kill();
    const recording = record(stage);
    await host.gateway.start();
    await successorOf(stage, "default", orphan);
    expect(await isAlive(orphan)).toBe(false);

    zalo.say({ from: cast.lan.uid, to: cast.assistant.uid, text: "ping-trước-sự-cố 🙂", overrides: answered });
    zalo.say({ from: cast.lan.uid, to: cast.assistant.uid, text: "ping-sau-sự-cố" });
    await cut.expectWhole();
    // The host forgets an answer as soon as the next one is there, so that one waits for it.
    await recording.answer("pong: ping-sau-sự-cố", 60_000);
    expect(recording.sent().at(-1)?.text).toContain("pong: ping-sau-sự-cố");
    expect(recording.sent().filter(({ text }) => text.includes("ping-"))).toHaveLength(1);
  });

  test("passes the host's own inspection and audit", async () => {
    await expectClean(stage, /^(?:provenance-invalid|origin-path)$/u);
  });

  test("stops cleanly and leaves no process behind", async () => {
    expect((await stopGateway(stage.host)).zcaMs).toBeLessThan(4000);
  });
});
