import type { Call } from "../call.ts";

/** Only so that the legacy personality has the group; the real text is unknown. */
export function run(call: Call): number {
  call.out.text("License: active");
  return 0;
}
