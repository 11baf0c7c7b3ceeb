import { expect, test } from "vitest";
import { answerInTheMiddle } from "../journeys/crash-in-send.ts";
import { configureAndStart, logIn } from "../journeys/first-steps.ts";
import { expectClean } from "../journeys/inspection.ts";
import type { ConfigTree } from "../rig/config.ts";
import { listenerOf, successorOf } from "../rig/listening.ts";
import { isAlive } from "../rig/processes.ts";
import { tenMinutesLater } from "../rig/later.ts";
import { record } from "../rig/recording.ts";
import { stopGateway } from "../rig/stopping.ts";
import { waitFor } from "../rig/wait.ts";
import { onOneStage } from "./one-stage.ts";

/** Installed from the npm pack tarball, which the host does not trust: one host, several lives of its gateway, in this order. */
export function untrustedWorld(): void {
  const world = onOneStage(() => true);
  let answered: { msgId: string; cliMsgId: string };

  const say = (text: string) => world.stage.zalo.say({ from: world.cast.lan.uid, to: world.cast.assistant.uid, text });
  const pings = (recording: ReturnType<typeof record>) =>
    recording.sent().flatMap(({ text }) => text.match(/ping-[\p{L}\p{N}-]+/gu) ?? []);

  test("installs, logs in and is configured in the beginner's order", async () => {
    const { code, stdout, stderr } = await world.stage.install("tarball");
    expect(code, `${stdout}\n${stderr}`).toBe(0);
    await logIn(world.stage, world.cast.assistant.uid);
    await configureAndStart(world.stage);
  });

  test("what a new contact writes while the account starts anew is answered", async () => {
    const { host, zalo } = world.stage;
    const recording = record(world.stage);
    say("Chào bạn, mình là Lan đây 🙂");
    await recording.answer(({ threadId }) => threadId === world.cast.lan.uid);
    const { requests } = JSON.parse((await host.cli(["pairing", "list", "zalouser", "--json"])).stdout);
    const { code, stderr } = await host.cli(["pairing", "approve", "zalouser", requests[0].code]);
    expect(code, stderr).toBe(0);
    const before = listenerOf(world.stage, "default");
    await host.config.patch((config) => {
      const { zalouser } = config["channels"] as { zalouser: ConfigTree };
      zalouser["zcaEnv"] = ["ZALO_EXTRA"];
    });
    await waitFor("the old listener to end", async () => !(await isAlive(before)), { timeoutMs: 60_000 });
    say("ping-được-duyệt-chưa");
    await successorOf(world.stage, "default", before);
    await recording.answer("pong: ping-được-duyệt-chưa", 90_000);
    expect(zalo.calls({ command: "msg recent" })).toHaveLength(1);
  });

  test("answers a message with one zca call", async () => {
    const recording = record(world.stage);
    answered = say("ping-trước-sự-cố 🙂");
    await recording.answer("pong: ping-trước-sự-cố");
    expect(recording.calls()).toHaveLength(1);
  });

  test("after a SIGKILL of the gateway ends the orphan, answers what that swallowed once and no old message again, and finishes the answer it was in", async () => {
    const { zalo, host } = world.stage;
    const cut = await answerInTheMiddle(world.stage, world.cast);
    const orphan = listenerOf(world.stage, "default");
    await host.gateway.kill();
    const recording = record(world.stage);
    say("ping-mồ-côi 👻");
    await tenMinutesLater(host);
    await host.gateway.start();
    await successorOf(world.stage, "default", orphan);
    expect(await isAlive(orphan)).toBe(false);

    zalo.say({
      from: world.cast.lan.uid,
      to: world.cast.assistant.uid,
      text: "ping-trước-sự-cố 🙂",
      overrides: answered,
    });
    await cut.expectWhole();
    // The host forgets an answer as soon as the next one is there, so those wait for it.
    await recording.answer("pong: ping-mồ-côi", 90_000);
    say("ping-sau-sự-cố");
    await recording.answer("pong: ping-sau-sự-cố");
    expect(pings(recording)).toEqual(["ping-mồ-côi", "ping-sau-sự-cố"]);
  });

  test("what was said while the gateway was stopped is answered once", async () => {
    const { host } = world.stage;
    expect((await stopGateway(host)).zcaMs).toBeLessThan(4000);
    const recording = record(world.stage);
    say("ping-lúc-tắt");
    await tenMinutesLater(host);
    await host.gateway.start();
    await recording.answer("pong: ping-lúc-tắt", 90_000);
    say("ping-cuối");
    await recording.answer("pong: ping-cuối");
    expect(pings(recording)).toEqual(["ping-lúc-tắt", "ping-cuối"]);
  });

  test("passes the host's own inspection and audit", async () => {
    await expectClean(world.stage, /^(?:provenance-invalid|origin-path)$/u);
  });

  test("stops cleanly and leaves no process behind", async () => {
    expect((await stopGateway(world.stage.host)).zcaMs).toBeLessThan(4000);
  });
}
