import type { OpenClawConfig } from "openclaw/plugin-sdk/config-contracts";
import type { Target } from "../../policy/index.js";
import { mentionStarts, type MentionName } from "../../text/index.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { groupMembers } from "../operate/directory.js";

/** An answer waits no longer for the names; without them it goes without mentions. */
const patienceMs = 20_000;

/**
 * Who could be meant by an `@` of this text. The list of members costs a login unless it was read within ten minutes, so
 * it is read only where a name may follow: a capital letter or a digit, as in "@Lan" and unlike "@media".
 */
export async function mentionNames(
  cfg: OpenClawConfig,
  { accountId }: ResolvedAccount,
  target: Target,
  text: string,
): Promise<readonly MentionName[]> {
  if (target.kind !== "group") return [];
  if (!mentionStarts(text).some((at) => /^[\p{Lu}\p{N}]/u.test(text.slice(at + 1, at + 3)))) return [];
  try {
    const members = await groupMembers(cfg, accountId, target.id, AbortSignal.timeout(patienceMs));
    return members.flatMap(({ id, name, handle }) =>
      // The id mentions one of two who bear a name; it is shown as digits.
      [...new Set([name, handle ?? name, id])].map((label) => ({ uid: id, name: label })),
    );
  } catch {
    // Whatever keeps the list from being read keeps no answer from a person.
    return [];
  }
}
