import { expect, test } from "vitest";
import type { ConfigTree } from "../../gateway/rig/config.ts";
import { expectLoaded, plugins, run } from "../rig/commands.ts";
import type { Home } from "../rig/home.ts";
import { treasures } from "../rig/state.ts";
import { expectAnswered, expectChallenged } from "../rig/talk.ts";
import { linkable } from "../rig/versions.ts";

/** For development; here where the plugin was uninstalled before. */
export function linkStory(home: Home): void {
  test("linked from a folder it is installed again, loaded, and answers whom it knew, without a new login", async () => {
    const { stage, cast } = home;
    const { host, zalo } = stage;
    const folder = await linkable(stage.plugin, home.folder);
    const kept = await treasures(stage);
    await plugins(stage, "install", "-l", folder, "--force", "--accept-capabilities");
    await run(stage, ["plugins", "enable", "zalouser"]);
    await host.config.patch((config) => {
      const channels = (config["channels"] ?? {}) as ConfigTree;
      config["channels"] = { ...channels, zalouser: { enabled: true, dmPolicy: "pairing" } };
    });
    await host.gateway.start();
    await zalo.waitForListening("default", 90_000);
    await expectLoaded(stage, stage.plugin.packageJson.version);
    expect(await treasures(stage)).toEqual(kept);
    await expectAnswered(stage, cast, "ping-gỡ-rồi-cài-lại");
    // Not Huy, whose conversation is paused: that outlives an uninstall, too.
    await expectChallenged(stage, cast, cast.tuan);
  });
}
