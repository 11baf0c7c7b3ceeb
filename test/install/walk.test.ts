import { describe } from "vitest";
import { oneHome } from "./rig/home.ts";
import { walkStory } from "./stories/walk.ts";

describe("a newcomer with the README", () => walkStory(oneHome()));
