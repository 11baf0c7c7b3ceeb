import { describe } from "vitest";
import { oneHome } from "./rig/home.ts";
import { officialSwapStory } from "./stories/official-swap.ts";

describe("a machine that runs the official plugin", () => {
  officialSwapStory(oneHome());
});
