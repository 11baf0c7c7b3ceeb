import { expect, test } from "vitest";
import { waitFor } from "../../gateway/rig/wait.ts";
import { listed, run } from "../rig/commands.ts";
import type { Home } from "../rig/home.ts";
import { atRest, placesOfOurs, treasures } from "../rig/state.ts";

/** What the README says is kept: login and memory of the account; nothing that runs, and no code. */
export function uninstallStory(home: Home): void {
  test("uninstalled under a running gateway it leaves no process, no code and no config behind, and the gateway starts without it", async () => {
    const { stage } = home;
    const { host, zalo } = stage;
    await atRest(stage);
    const kept = await treasures(stage);
    const { commands } = await host.config.read();
    await run(stage, ["plugins", "uninstall", "zalouser", "--force"]);
    await waitFor("the listener to end", async () => {
      const all = await host.processes();
      return !all.some(({ command }) => command.includes(" listen"));
    });
    expect(zalo.isListening("default")).toBe(false);
    const config = await host.config.read();
    expect(config["channels"] ?? {}).not.toHaveProperty("zalouser");
    expect(config["plugins"]).toMatchObject({ entries: { zalouser: { enabled: false } } });
    expect(config["commands"]).toEqual(commands);
    expect(await listed(stage)).toBeUndefined();

    await host.gateway.stop();
    await run(stage, ["config", "validate"]);
    await host.gateway.start();
    // The host keeps code of a running gateway until the next one starts.
    const places = () => placesOfOurs(stage);
    await waitFor("the code to be gone", async () => (await places()).every((place) => place === "zalouser"), {
      timeoutMs: 60_000,
      intervalMs: 1000,
      explain: async () => (await places()).join("\n"),
    });
    expect(await places()).toEqual(["zalouser"]);
    expect(await treasures(stage)).toEqual(kept);
    await host.gateway.stop();
  });
}
