import { describe } from "vitest";
import { oneHome } from "./rig/home.ts";
import { byNameStory } from "./stories/by-name.ts";
import { packageStory } from "./stories/package.ts";

describe("a machine that knows nothing of Zalo", () => {
  const home = oneHome();
  packageStory(home);
  byNameStory(home);
});
