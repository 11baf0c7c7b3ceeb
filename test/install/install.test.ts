import { describe } from "vitest";
import { oneHome } from "./rig/home.ts";
import { byNameStory } from "./stories/by-name.ts";
import { nameOverTarballStory } from "./stories/name-over-tarball.ts";
import { packageStory } from "./stories/package.ts";
import { tarballStory } from "./stories/tarball.ts";
import { uninstallStory } from "./stories/uninstall.ts";
import { upgradeStory } from "./stories/upgrade.ts";

describe("a machine that knows nothing of Zalo", () => {
  const home = oneHome();
  packageStory(home);
  byNameStory(home);
});

describe("one state folder, from the first install to the last", () => {
  const home = oneHome();
  tarballStory(home);
  nameOverTarballStory(home);
  upgradeStory(home);
  uninstallStory(home);
});
