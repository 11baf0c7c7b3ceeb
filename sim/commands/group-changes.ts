import { argument, type Call } from "../call.ts";
import { CliError } from "../cli-error.ts";
import { logIn, requireNetwork } from "../login.ts";
import { changeGroup } from "../world/groups.ts";

/** `group rename|add|remove|leave`. Only the owner and the deputies may remove people; anybody may add friends. */
export async function run(call: Call): Promise<number> {
  const self = await logIn(call);
  await call.strikes.serverError("start");
  requireNetwork(call);
  const groupId = argument(call, 0);
  const group = self.people.group(groupId);
  if (group === undefined || !group.members.includes(self.uid)) throw new CliError("Tham số không hợp lệ");
  const uids = call.args.slice(1);
  switch (call.command.path[1]) {
    case "rename":
      changeGroup(call.layout, groupId, (known) => ({ ...known, name: argument(call, 1) }));
      call.out.inspect({ status: 0 });
      break;
    case "add": {
      const strangers = uids.filter((uid) => self.people.find(uid) === undefined);
      const added = uids.filter((uid) => !strangers.includes(uid));
      changeGroup(call.layout, groupId, (known) => ({ ...known, members: [...new Set([...known.members, ...added])] }));
      // Who could not be added is listed, not raised.
      call.out.inspect({ errorMembers: strangers, error_data: strangers.length === 0 ? {} : { 178: strangers } });
      break;
    }
    case "remove": {
      const mayRemove = group.creatorId === self.uid || group.adminIds.includes(self.uid);
      const refused = uids.filter((uid) => !mayRemove || !group.members.includes(uid) || uid === group.creatorId);
      changeGroup(call.layout, groupId, (known) => ({
        ...known,
        members: known.members.filter((uid) => !uids.includes(uid) || refused.includes(uid)),
      }));
      call.out.inspect({ errorMembers: refused });
      break;
    }
    default:
      changeGroup(call.layout, groupId, (known) => ({
        ...known,
        members: known.members.filter((uid) => uid !== self.uid),
      }));
      call.out.inspect({ memberError: [] });
  }
  await call.strikes.serverError("sent");
  return 0;
}
