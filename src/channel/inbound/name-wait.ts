import type { AccountRun } from "./account-run.js";
import type { Decision } from "./decide.js";
import type { TurnMessage } from "./turn-message.js";

/**
 * Right after a start a name in the config may not be an id yet. Nobody is refused by that: such a message waits for the
 * look-up. A message of a group waits in any case, since a rule by name may close its group.
 */
export async function onceNamesAreKnown(
  { names }: AccountRun,
  message: TurnMessage,
  judge: () => Promise<Decision>,
): Promise<Decision> {
  if (message.isGroup && names.pending("group")) await names.settled("group");
  const decision = await judge();
  const refused = decision.kind === "drop" || decision.kind === "challenge";
  if (!refused || !names.pending("person")) return decision;
  await names.settled("person");
  return judge();
}
