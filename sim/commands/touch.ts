import { argument, type Call, flag } from "../call.ts";
import { CliError } from "../cli-error.ts";
import { resolveTarget } from "../delivery.ts";
import { logIn, type Self } from "../login.ts";
import type { Target } from "../text/plan.ts";
import type { ServerMessage } from "../world/records.ts";
import { appendWire, readWire } from "../world/wire.ts";
import type { Layout } from "../world/layout.ts";

const emojis = new Set(["❤️", "❤", "👍", "😆", "😂", "😮", "😭", "😡"]);
const names = new Set(
  "HEART LIKE HAHA WOW CRY ANGRY OK THANKS ROSE KISS SAD SUN BIRTHDAY BOMB NO LOVE NONE".split(" "),
);

/** `msg react`, `typing`, `undo`, `delete`: commands that touch a conversation without a new message. */
export async function run(call: Call): Promise<number> {
  switch (call.command.path[1]) {
    case "react":
      await react(call);
      break;
    case "typing":
      resolveTarget(call, await begin(call), argument(call, 0));
      call.out.inspect({ status: 0 });
      break;
    case "undo":
      await undo(call);
      break;
    default:
      await remove(call);
  }
  return 0;
}

/** Nothing here is posted, so what the servers refuse has to strike behind the login. */
async function begin(call: Call): Promise<Self> {
  const self = await logIn(call);
  await call.strikes.serverError("start");
  return self;
}

async function react(call: Call): Promise<void> {
  const reaction = argument(call, 3);
  if (!emojis.has(reaction) && !names.has(reaction.toUpperCase()) && !/^[/:]/u.test(reaction)) {
    throw new CliError(`Unsupported reaction "${reaction}". Use emoji (e.g. ❤️) or one of Reactions enum values.`);
  }
  const self = await begin(call);
  const target = resolveTarget(call, self, argument(call, 2));
  const [msgId, cliMsgId] = [argument(call, 0), argument(call, 1)];
  // Whether the servers check either id is not known; a pair that belongs together is what a caller has to have.
  const message = findMessage(call.layout, msgId);
  if (message === undefined || message.cliMsgId !== cliMsgId || !isIn(message, self, target)) {
    throw new CliError("Tham số không hợp lệ");
  }
  appendWire(call.layout, { kind: "reaction", msgId, from: self.uid, icon: reaction });
  call.out.inspect({ msgIds: [msgId] });
}

function isIn({ isGroup, from, to }: ServerMessage, self: Self, target: Target): boolean {
  if (isGroup || target.isGroup) return isGroup && target.isGroup && to === target.threadId;
  return [from, to].toSorted().join() === [self.uid, target.threadId].toSorted().join();
}

async function undo(call: Call): Promise<void> {
  const self = await begin(call);
  resolveTarget(call, self, argument(call, 2));
  const [msgId, cliMsgId] = [argument(call, 0), argument(call, 1)];
  if (findMessage(call.layout, msgId)?.cliMsgId !== cliMsgId) throw new CliError("Tham số không hợp lệ");
  undoOwn(call.layout, self, msgId);
  call.out.inspect({ status: 0 });
}

/** Only an own message can be recalled. */
export function undoOwn(layout: Layout, self: Self, msgId: string): void {
  if (findMessage(layout, msgId)?.from !== self.uid) throw new CliError("Tham số không hợp lệ");
  appendWire(layout, { kind: "undone", msgId });
}

async function remove(call: Call): Promise<void> {
  const self = await begin(call);
  const target = resolveTarget(call, self, argument(call, 3));
  if (!flag(call, "only-me")) {
    if (argument(call, 2) === self.uid) throw new CliError("To delete your message for everyone, use undo api instead");
    if (!target.isGroup) throw new CliError("Can't delete message for everyone in a private chat");
    appendWire(call.layout, { kind: "undone", msgId: argument(call, 0) });
  }
  call.out.inspect({ status: 0 });
}

function findMessage(layout: Layout, msgId: string): ServerMessage | undefined {
  return readWire(layout).find((record) => record.kind === "message" && record.msgId === msgId) as
    | ServerMessage
    | undefined;
}
