import type { ChannelPlugin } from "openclaw/plugin-sdk/channel-core";
import { ZalouserError } from "../../errors.js";
import { parseTarget } from "../../policy/index.js";
import { listGroupEntries } from "../operate/directory.js";
import { assertOwner, isAskedByOwner } from "./authority.js";
import { addParticipant, leaveGroup, removeParticipant, renameGroup } from "./groups.js";
import { type Done, react, sticker, unsend } from "./messages.js";
import { isHandled, type HandledAction } from "./offered.js";
import { accountOf, type ActionContext, currentConversation, requiredText, textParam } from "./params.js";
import { listedPerson, personOf } from "./people.js";

type Handle = NonNullable<NonNullable<ChannelPlugin["actions"]>["handleAction"]>;

const handlers: Readonly<Record<HandledAction, (ctx: ActionContext) => Promise<Done>>> = {
  react,
  unsend,
  delete: unsend,
  sticker,
  renameGroup,
  addParticipant,
  removeParticipant,
  leaveGroup,
  "member-info": memberInfo,
  "channel-list": channelList,
};

/** One action of the shared `message` tool, run in the gateway. Throws what is wrong in words for the agent. */
export const handleAction: Handle = async (ctx) => {
  const handler = isHandled(ctx.action) ? handlers[ctx.action] : undefined;
  if (handler === undefined) throw new ZalouserError("ACTION_INVALID", `Zalo has no action "${ctx.action}".`);
  const { text, details } = await handler(ctx);
  const dryRun = ctx.dryRun === true ? { dryRun: true } : {};
  return { content: [{ type: "text", text }], details: { ok: true, ...dryRun, ...details } };
};

/** Anybody may ask about a member of the group they write in; the owner's friends and everybody else are the owner's to ask about. */
async function memberInfo(ctx: ActionContext): Promise<Done> {
  const account = accountOf(ctx);
  const given = requiredText(ctx, account, "userId", "memberId", "participant");
  const current = currentConversation(ctx);
  const here = current?.kind === "group" ? current.id : undefined;
  const named = textParam(ctx.params, "groupId", "channelId", "chatId");
  const groupId = named === undefined ? here : groupIn(named);
  const isOwner = isAskedByOwner(ctx);
  if (!isOwner && (groupId === undefined || groupId !== here))
    assertOwner(ctx, account, "look up people who are not in the group they write in");
  if (ctx.dryRun === true) return { text: "Nothing read; it would be one person's profile.", details: {} };
  const person = isOwner
    ? await personOf(ctx.cfg, account, given, groupId)
    : await listedPerson(ctx.cfg, account, given, groupId);
  const member = {
    userId: person.id,
    name: person.name,
    ...(person.handle === undefined ? {} : { zaloName: person.handle }),
  };
  return { text: JSON.stringify(member), details: { member } };
}

function groupIn(conversation: string): string | undefined {
  const target = parseTarget(conversation);
  return "error" in target || target.kind !== "group" ? undefined : target.id;
}

async function channelList(ctx: ActionContext): Promise<Done> {
  const account = accountOf(ctx);
  assertOwner(ctx, account, "list its groups");
  if (ctx.dryRun === true) return { text: "Nothing read; it would be the list of groups.", details: {} };
  const query = textParam(ctx.params, "query", "name");
  const limit = ctx.params["limit"];
  const found = await listGroupEntries({
    cfg: ctx.cfg,
    accountId: account.accountId,
    ...(query === undefined ? {} : { query }),
    ...(typeof limit === "number" && limit > 0 ? { limit } : {}),
    runtime: { log() {}, error() {}, exit() {} },
  });
  const groups = found.map(({ id, name }) => ({ id, name }));
  return { text: JSON.stringify(groups), details: { groups } };
}
