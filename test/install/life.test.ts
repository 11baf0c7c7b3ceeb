import { describe } from "vitest";
import { oneHome } from "./rig/home.ts";
import { linkStory } from "./stories/link.ts";
import { nameOverTarballStory } from "./stories/name-over-tarball.ts";
import { tarballStory } from "./stories/tarball.ts";
import { uninstallStory } from "./stories/uninstall.ts";
import { upgradeStory } from "./stories/upgrade.ts";

describe("one state folder, from the first install to the last", () => {
  const home = oneHome();
  tarballStory(home);
  nameOverTarballStory(home);
  upgradeStory(home);
  uninstallStory(home);
  linkStory(home);
});
