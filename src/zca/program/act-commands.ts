import { type Dialect, groupFlag, type Thread, withPositionals, type ZcaCommand } from "./commands.js";

/** A message as `zca` wants it named: both ids have to be those of one message. */
export interface MessageIds {
  readonly msgId: string;
  readonly cliMsgId: string;
}

const limitMs = 45_000;

export function stickerCommand(message: Thread & { readonly stickerId: string }, dialect: Dialect): ZcaCommand {
  return act(
    "msg sticker",
    withPositionals(groupFlag(message, dialect), [message.threadId, message.stickerId], dialect),
  );
}

/** `reaction`: one that `readReaction` gives; `NONE` takes the own reaction back. */
export function reactCommand(thread: Thread, ids: MessageIds, reaction: string, dialect: Dialect): ZcaCommand {
  const positionals = [ids.msgId, ids.cliMsgId, thread.threadId, reaction];
  return act("msg react", withPositionals(groupFlag(thread, dialect), positionals, dialect));
}

/** Takes an own message back, for everybody. */
export function undoCommand(thread: Thread, ids: MessageIds, dialect: Dialect): ZcaCommand {
  const positionals = [ids.msgId, ids.cliMsgId, thread.threadId];
  return act("msg undo", withPositionals(groupFlag(thread, dialect), positionals, dialect));
}

export function renameGroupCommand(groupId: string, name: string, dialect: Dialect): ZcaCommand {
  return { ...act("group rename", withPositionals([], [groupId, name], dialect)), private: [name] };
}

export function addMembersCommand(groupId: string, userIds: readonly string[], dialect: Dialect): ZcaCommand {
  return act("group add", withPositionals([], [groupId, ...userIds], dialect));
}

export function removeMembersCommand(groupId: string, userIds: readonly string[], dialect: Dialect): ZcaCommand {
  return act("group remove", withPositionals([], [groupId, ...userIds], dialect));
}

export function leaveGroupCommand(groupId: string, dialect: Dialect): ZcaCommand {
  return act("group leave", withPositionals([], [groupId], dialect));
}

/** The profile of anybody, friend or not. */
export function memberInfoCommand(userId: string, dialect: Dialect): ZcaCommand {
  const args = withPositionals(["-j"], [userId], dialect);
  return { kind: "directory", name: "msg member-info", args, timeoutMs: limitMs };
}

function act(name: string, args: readonly string[]): ZcaCommand {
  return { kind: "send", name, args, timeoutMs: limitMs };
}
