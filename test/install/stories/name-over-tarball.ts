import { expect, test } from "vitest";
import { configNoticed } from "../../gateway/rig/config-noticed.ts";
import { record } from "../../gateway/rig/recording.ts";
import { stopGateway } from "../../gateway/rig/stopping.ts";
import { waitFor } from "../../gateway/rig/wait.ts";
import { expectLoaded, plugins } from "../rig/commands.ts";
import type { Home } from "../rig/home.ts";
import { pendingRows } from "../rig/state.ts";
import { PREVIOUS } from "../rig/versions.ts";

/** Untrusted becomes trusted in the middle of a conversation. */
export function nameOverTarballStory(home: Home): void {
  const patience = async (ms: number) =>
    home.stage.host.config.patch((config) => {
      config["messages"] = { inbound: { byChannel: { zalouser: ms } } };
    });

  test("by name over the tarball: what was received and not answered yet is kept, and answered exactly once", async () => {
    const { stage, cast } = home;
    const { host, zalo } = stage;
    // The plugin waits for the rest of a burst: long enough for the gateway to be stopped meanwhile.
    const printed = host.gateway.output().length;
    await patience(60_000);
    await configNoticed(stage, "messages", printed);
    const recording = record(stage);
    zalo.say({ from: cast.lan.uid, to: cast.assistant.uid, text: "ping-chưa-trả-lời 🙂" });
    await waitFor("the message to be written down", () => pendingRows(stage).length === 1);
    await stopGateway(host);
    const waiting = pendingRows(stage);
    expect(waiting).toHaveLength(1);
    expect(recording.sent()).toEqual([]);

    const before = await host.config.read();
    await plugins(stage, "install", "@openclaw/zalouser", "--force", "--accept-capabilities");
    expect(pendingRows(stage)).toEqual(waiting);
    expect((await host.config.read())["channels"]).toEqual(before["channels"]);

    await patience(1200);
    await host.gateway.start();
    await recording.answer("pong: ping-chưa-trả-lời", 90_000);
    await expectLoaded(stage, PREVIOUS);
    const { stdout } = await host.cli(["plugins", "inspect", "zalouser", "--runtime", "--json"]);
    expect(JSON.parse(stdout).plugin.trust.reason).toBe("trusted-official");
    zalo.say({ from: cast.lan.uid, to: cast.assistant.uid, text: "ping-sau-khi-đổi" });
    await recording.answer("pong: ping-sau-khi-đổi");
    expect(recording.sent().map(({ text }) => text)).toEqual(["pong: ping-chưa-trả-lời", "pong: ping-sau-khi-đổi"]);
    expect(pendingRows(stage)).toEqual([]);
  });
}
