import type { Act } from "../../zca/index.js";
import { openAccountState } from "../account/state.js";
import { forgetGroups } from "../operate/directory-cache.js";
import { performAct } from "../outbound/acts.js";
import { assertOwner } from "./authority.js";
import type { Done } from "./messages.js";
import { accountOf, type ActionContext, groupOf, hooksOf, invalid, requiredText } from "./params.js";
import { personId } from "./people.js";

const participantNames = ["participant", "userId", "memberId", "participants"] as const;

export function renameGroup(ctx: ActionContext): Promise<Done> {
  return change(ctx, "rename groups", async (groupId, account) => {
    const name = requiredText(ctx, account, "name", "groupName", "title", "displayName");
    if (name.length > 100 || /\p{Cc}/u.test(name) || !name.isWellFormed()) {
      throw invalid(account, "A group's name is one line of at most 100 characters.");
    }
    return { act: { kind: "rename", groupId, name }, text: "Renamed the group." };
  });
}

export function addParticipant(ctx: ActionContext): Promise<Done> {
  return change(ctx, "add people to groups", async (groupId, account) => {
    const userId = await personId(ctx.cfg, account, requiredText(ctx, account, ...participantNames), undefined);
    return { act: { kind: "add", groupId, userIds: [userId] }, text: `Added ${userId}.`, userId };
  });
}

export function removeParticipant(ctx: ActionContext): Promise<Done> {
  return change(ctx, "remove people from groups", async (groupId, account) => {
    const userId = await personId(ctx.cfg, account, requiredText(ctx, account, ...participantNames), groupId);
    const own = openAccountState(account.accountId).login.read()?.uid;
    if (userId === own) throw invalid(account, 'The account cannot remove itself; "leaveGroup" does that.');
    return { act: { kind: "remove", groupId, userIds: [userId] }, text: `Removed ${userId}.`, userId };
  });
}

export function leaveGroup(ctx: ActionContext): Promise<Done> {
  return change(ctx, "leave groups", async (groupId) => ({ act: { kind: "leave", groupId }, text: "Left the group." }));
}

interface Plan {
  readonly act: Act;
  readonly text: string;
  readonly userId?: string;
}

async function change(
  ctx: ActionContext,
  what: string,
  plan: (groupId: string, account: ReturnType<typeof accountOf>) => Promise<Plan>,
): Promise<Done> {
  const account = accountOf(ctx);
  const group = groupOf(ctx, account);
  assertOwner(ctx, account, what);
  const { act, text, userId } = await plan(group.id, account);
  const details = { groupId: group.id, ...(userId === undefined ? {} : { userId }) };
  if (ctx.dryRun === true) return { text: `Nothing done; it would be: ${text}`, details };
  await performAct(account, group, act, hooksOf(ctx));
  // What the directory says of the group is not so any more.
  forgetGroups(account.accountId);
  return { text, details };
}
