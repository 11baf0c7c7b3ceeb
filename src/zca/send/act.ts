import { ZalouserError } from "../../errors.js";
import type { RunResult } from "../process/collect.js";
import { failureError } from "../output/failures.js";
import { inspectedList } from "../output/inspect-output.js";
import {
  addMembersCommand,
  leaveGroupCommand,
  type MessageIds,
  reactCommand,
  removeMembersCommand,
  renameGroupCommand,
  undoCommand,
} from "../program/act-commands.js";
import type { Dialect, Thread, ZcaCommand } from "../program/commands.js";
import { diagnose } from "../program/diagnose.js";
import type { Zca } from "../program/run.js";
import type { SendOutcome } from "./outcome.js";
import { asZalouserError } from "./send.js";

/** What is done to a conversation without a new message in it. */
export type Act =
  | { readonly kind: "react"; readonly thread: Thread; readonly ids: MessageIds; readonly reaction: string }
  | { readonly kind: "undo"; readonly thread: Thread; readonly ids: MessageIds }
  | { readonly kind: "rename"; readonly groupId: string; readonly name: string }
  | { readonly kind: "add"; readonly groupId: string; readonly userIds: readonly string[] }
  | { readonly kind: "remove"; readonly groupId: string; readonly userIds: readonly string[] }
  | { readonly kind: "leave"; readonly groupId: string };

/**
 * Does one thing with one call. Never throws; never retries. `sent` means done, without message ids; `unsent` that Zalo
 * or `zca` refused it, or it never left; `unknown` that it may be done.
 */
export async function perform(zca: Zca, act: Act, signal?: AbortSignal): Promise<SendOutcome> {
  const { accountId } = zca;
  let command: ZcaCommand;
  let result: RunResult;
  try {
    const able = await zca.capabilities(signal);
    if (!able.acts) {
      const what = `zca ${able.version} can neither react nor take messages back nor change groups.`;
      return { kind: "unsent", error: new ZalouserError("ZCA_UNSUPPORTED", what, { accountId }) };
    }
    command = commandOf(act, able);
    result = await zca.run(command, { signal });
  } catch (error) {
    return { kind: "unsent", error: asZalouserError(zca, error) };
  }
  return outcomeOf(zca, command, result);
}

function commandOf(act: Act, dialect: Dialect): ZcaCommand {
  switch (act.kind) {
    case "react":
      return reactCommand(act.thread, act.ids, act.reaction, dialect);
    case "undo":
      return undoCommand(act.thread, act.ids, dialect);
    case "rename":
      return renameGroupCommand(act.groupId, act.name, dialect);
    case "add":
      return addMembersCommand(act.groupId, act.userIds, dialect);
    case "remove":
      return removeMembersCommand(act.groupId, act.userIds, dialect);
    case "leave":
      return leaveGroupCommand(act.groupId, dialect);
  }
}

/** Whom the answer lists as not added, not removed, or not let go: that comes with exit code 0. */
const refusedLists = ["errorMembers", "memberError"];

function outcomeOf(zca: Zca, command: ZcaCommand, result: RunResult): SendOutcome {
  const { accountId } = zca;
  const { ending, stopped, stdout } = result;
  const answered = stdout.trim() !== "" && stdout.trim() !== "undefined";
  if (ending.kind === "exit" && ending.code === 0 && stopped === undefined && answered) {
    const refused = refusedLists.flatMap((key) => inspectedList(stdout, key));
    if (refused.length === 0) return { kind: "sent", messageIds: [] };
    const what = `Zalo did not do it for: ${refused.join(", ")}. All others are done.`;
    return { kind: "unsent", error: new ZalouserError("ZCA_NOT_PERMITTED", what, { accountId }) };
  }
  const failure = diagnose(zca, command, result);
  if (failure.unsent && stopped === undefined) return { kind: "unsent", error: failureError(failure, accountId) };
  const what =
    ending.kind === "exit" && ending.code === 0
      ? `zca ended "${command.name}" without an answer; it may be done.`
      : `${failure.what} It may be done.`;
  const cause = failureError(failure, accountId);
  return { kind: "unknown", error: new ZalouserError("SEND_UNCONFIRMED", what, { accountId, cause }) };
}
