import { expect, test } from "vitest";
import { configureAndStart, logIn, pairFirstPerson } from "../../gateway/journeys/first-steps.ts";
import { expectLoaded, plugins } from "../rig/commands.ts";
import type { Home } from "../rig/home.ts";
import { expectAnswered } from "../rig/talk.ts";

/** The one command of the README, on a machine that knows nothing of Zalo. */
export function byNameStory(home: Home): void {
  test("by name from the registry it is installed, loaded, and answers an approved person with one msg send", async () => {
    const { stage, cast } = home;
    await plugins(stage, "install", "@openclaw/zalouser", "--accept-capabilities");
    expect(stage.registry.requests).toContain("/@openclaw/zalouser");
    await logIn(stage, cast.assistant.uid);
    await configureAndStart(stage);
    await expectLoaded(stage, stage.plugin.packageJson.version);
    await pairFirstPerson(stage, cast);
    await expectAnswered(stage, cast, "ping-theo-tên");
    const status = await stage.host.cli(["channels", "status"]);
    expect(status.stdout).toMatch(/Zalo Personal default:.*running/u);
  });
}
