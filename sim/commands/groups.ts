import { argument, type Call, flag } from "../call.ts";
import { CliError } from "../cli-error.ts";
import { logIn } from "../login.ts";
import { groupRow, memberRow } from "../rows.ts";

export async function run(call: Call): Promise<number> {
  const self = await logIn(call);
  const groups = self.people.groupsOf(self.uid);
  if (call.command.path[1] === "list") {
    const rows = groups.map(groupRow);
    if (flag(call, "json")) call.out.json(rows);
    else call.out.table(rows.map(({ groupId, name, totalMember }) => ({ groupId, name, members: totalMember })));
    return 0;
  }
  const groupId = argument(call, 0);
  const group = groups.find((candidate) => candidate.groupId === groupId);
  if (call.command.path[1] === "info") {
    // An unknown group is no error here: it prints `undefined` and exits 0.
    call.out.inspect(group === undefined ? undefined : groupRow(group));
    return 0;
  }
  if (group === undefined) throw new CliError(`Group not found: ${groupId}`);
  const rows = group.members.flatMap((uid) => {
    const person = self.people.find(uid);
    return person === undefined ? [] : [memberRow(person)];
  });
  if (flag(call, "json")) call.out.json(rows);
  else call.out.table(rows.map(({ userId, displayName, zaloName }) => ({ userId, displayName, zaloName })));
  return 0;
}
