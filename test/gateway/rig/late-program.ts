import path from "node:path";
import type { Host } from "./host.ts";

/** The `zcaBinary` of the account "shop", which an operator installs while the gateway runs. */
export function lateProgram({ folders }: Pick<Host, "folders">): string {
  return path.join(folders.workspace, "zca cài sau");
}
