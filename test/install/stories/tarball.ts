import { test } from "vitest";
import { configureAndStart, logIn, pairFirstPerson } from "../../gateway/journeys/first-steps.ts";
import { expectLoaded, plugins } from "../rig/commands.ts";
import type { Home } from "../rig/home.ts";
import { expectAnswered } from "../rig/talk.ts";
import { packPrevious, PREVIOUS } from "../rig/versions.ts";

/** The older version from its tarball, as the README says it. */
export function tarballStory(home: Home): void {
  test("from the tarball it is installed, loaded, and answers an approved person with one msg send", async () => {
    const { stage, cast, folder } = home;
    const previous = await packPrevious(stage.plugin, folder);
    await stage.registry.publish(previous);
    await plugins(stage, "install", previous.tarball, "--force", "--accept-capabilities");
    await logIn(stage, cast.assistant.uid);
    await configureAndStart(stage);
    await expectLoaded(stage, PREVIOUS);
    await pairFirstPerson(stage, cast);
    await expectAnswered(stage, cast, "ping-từ-tarball");
  });
}
