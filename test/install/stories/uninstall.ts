import { expect, test } from "vitest";
import type { ConfigTree } from "../../gateway/rig/config.ts";
import { waitFor } from "../../gateway/rig/wait.ts";
import { expectLoaded, listed, plugins, run } from "../rig/commands.ts";
import type { Home } from "../rig/home.ts";
import { atRest, filesOfOurs, treasures } from "../rig/state.ts";
import { expectAnswered, expectChallenged } from "../rig/talk.ts";

/** What the README says is kept: login and memory of the account; nothing that runs, and no code. */
export function uninstallStory(home: Home): void {
  let kept: Record<string, unknown>;

  test("uninstalled under a running gateway it leaves no process, no code and no config behind, and the gateway starts without it", async () => {
    const { stage } = home;
    const { host, zalo } = stage;
    await atRest(stage);
    kept = await treasures(stage);
    await run(stage, ["plugins", "uninstall", "zalouser", "--force"]);
    await waitFor("the listener to end", async () => {
      const all = await host.processes();
      return !all.some(({ command }) => command.includes(" listen"));
    });
    expect(zalo.isListening("default")).toBe(false);
    const files = await filesOfOurs(stage);
    console.log(files);
    expect(files.filter((name) => !/^zalouser(?:\/|$)/u.test(name))).toEqual([]);
    const config = await host.config.read();
    console.log(JSON.stringify(config["plugins"]), JSON.stringify(config["channels"]), JSON.stringify(config["commands"]));
    expect(config["channels"] ?? {}).not.toHaveProperty("zalouser");
    expect(await listed(stage)).toBeUndefined();

    await host.gateway.stop();
    await run(stage, ["config", "validate"]);
    await host.gateway.start();
    await host.gateway.stop();
  });

  test("linked from a folder it is installed again, loaded, and answers whom it knew, without a new login", async () => {
    const { stage, cast } = home;
    const { host, zalo } = stage;
    const { linkable } = await import("../rig/versions.ts");
    const folder = await linkable(stage.plugin, home.folder);
    await plugins(stage, "install", "-l", folder, "--force", "--accept-capabilities");
    console.log(JSON.stringify((await host.config.read())["plugins"]));
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
    await expectChallenged(stage, cast, cast.huy);
  });
}
