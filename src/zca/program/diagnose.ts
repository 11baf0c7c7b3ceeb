import { readFileSync } from "node:fs";
import path from "node:path";
import type { RunResult } from "../process/collect.js";
import type { ZcaCommand } from "./commands.js";
import { type Failure, recognizeFailure } from "../output/failures.js";
import { openzcaHome } from "../process/orphans.js";
import type { Zca } from "./run.js";

/** What a call that did not succeed failed of, with a look at the saved login where the words alone do not decide. */
export function diagnose(zca: Zca, command: ZcaCommand, result: RunResult): Failure {
  const failure = recognizeFailure(command, result);
  // The program names no file. Only a damaged login of this very profile stays damaged until somebody logs in.
  if (failure.code !== "ZCA_FAILED" || !/\bjson\b/i.test(result.stderr) || !hasDamagedLogin(zca)) return failure;
  return { code: "ZCA_LOGGED_OUT", what: "The saved session of this profile is damaged.", unsent: failure.unsent };
}

function hasDamagedLogin(zca: Zca): boolean {
  const home = openzcaHome(zca.environment("status"));
  let text: string;
  try {
    text = readFileSync(path.join(home, "profiles", zca.profile, "credentials.json"), "utf8");
  } catch {
    return false; // None there, or kept elsewhere: the program would have said so in other words.
  }
  try {
    JSON.parse(text);
    return false;
  } catch {
    return true;
  }
}
