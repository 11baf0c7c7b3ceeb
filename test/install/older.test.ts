import { describe } from "vitest";
import { oneHome } from "./rig/home.ts";
import { from2026Story } from "./stories/from-2026-2.ts";

describe("a machine that ran the plugin of 2026.2", () => {
  from2026Story(oneHome());
});
