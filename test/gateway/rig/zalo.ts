import path from "node:path";
import { fileURLToPath } from "node:url";
import { createWorld, type World } from "../../../sim/control.ts";
import type { Host } from "./host.ts";

const simulator = fileURLToPath(new URL("../../../sim/bin", import.meta.url));

/** A simulated Zalo of this host's own: its world below the host's folder, its `zca` first on the host's PATH. */
export function createZalo(host: Host): World {
  const home = path.join(host.folders.root, "openzca");
  host.env["OPENZCA_HOME"] = home;
  host.addToPath(simulator);
  return createWorld(home);
}
