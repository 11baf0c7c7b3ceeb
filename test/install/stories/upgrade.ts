import { expect, test } from "vitest";
import { record } from "../../gateway/rig/recording.ts";
import { expectLoaded, plugins, run } from "../rig/commands.ts";
import type { Home } from "../rig/home.ts";
import { atRest, treasures } from "../rig/state.ts";
import { expectAnswered, expectChallenged } from "../rig/talk.ts";
import { PREVIOUS } from "../rig/versions.ts";

/** `openclaw plugins update` from the previous version, under a running gateway. */
export function upgradeStory(home: Home): void {
  test("an upgrade keeps config, login, approvals, pauses, journal and sent ids, lets nobody new in and answers nothing twice", async () => {
    const { stage, cast } = home;
    const { host, zalo } = stage;
    const { version } = stage.plugin.packageJson;
    await run(stage, ["zalouser", "pause", cast.huy.uid]);
    const earlier = record(stage);
    const said = zalo.say({ from: cast.lan.uid, to: cast.assistant.uid, text: "ping-trước-nâng-cấp" });
    await earlier.answer("pong: ping-trước-nâng-cấp");
    await atRest(stage);
    const kept = await treasures(stage);
    expect(kept["approved"]).not.toEqual([]);
    const before = { config: await host.config.read(), ...kept };

    await stage.registry.publish(stage.plugin);
    const told = await plugins(stage, "update", "@openclaw/zalouser", "--accept-capabilities");
    expect(told).toContain(`${PREVIOUS} -> ${version}`);
    await host.gateway.stop();
    expect({ config: await host.config.read(), ...(await treasures(stage)) }).toEqual(before);
    await host.gateway.start();
    await zalo.waitForListening("default", 90_000);
    await expectLoaded(stage, version);

    const recording = record(stage);
    zalo.say({ from: cast.lan.uid, to: cast.assistant.uid, text: "ping-trước-nâng-cấp", overrides: { ...said } });
    zalo.say({ from: cast.huy.uid, to: cast.assistant.uid, text: "ping-huy" });
    await expectChallenged(stage, cast, cast.stranger);
    await expectAnswered(stage, cast, "ping-sau-nâng-cấp");
    expect(recording.asked()).toHaveLength(1);
    expect(recording.sent().filter(({ threadId }) => threadId === cast.huy.uid)).toEqual([]);
  });
}
