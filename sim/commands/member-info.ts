import { argument, type Call, flag } from "../call.ts";
import { CliError } from "../cli-error.ts";
import { logIn } from "../login.ts";
import { avatarOf } from "../rows.ts";

/** `msg member-info`: the profile of anybody, keyed as the servers key it. */
export async function run(call: Call): Promise<number> {
  const self = await logIn(call);
  const uid = argument(call, 0);
  const person = self.people.find(uid);
  if (person === undefined) throw new CliError("Tham số không hợp lệ");
  const { displayName, zaloName } = person;
  const profile = { id: uid, displayName, zaloName, avatar: avatarOf(uid), accountStatus: 0, type: 0 };
  const answer = { changed_profiles: { [`${uid}_0`]: profile }, unchanged_profiles: {} };
  if (flag(call, "json")) call.out.json(answer);
  else call.out.inspect(answer);
  return 0;
}
