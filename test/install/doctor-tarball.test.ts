import { describe } from "vitest";
import { oneHome } from "./rig/home.ts";
import { doctorTarballStory } from "./stories/doctor.ts";

describe("openclaw doctor --fix on a plugin installed from its tarball", () => doctorTarballStory(oneHome()));
