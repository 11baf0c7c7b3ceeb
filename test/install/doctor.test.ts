import { describe } from "vitest";
import { oneHome } from "./rig/home.ts";
import { doctorByNameStory } from "./stories/doctor.ts";

describe("openclaw doctor --fix on a plugin installed by name", () => doctorByNameStory(oneHome()));
