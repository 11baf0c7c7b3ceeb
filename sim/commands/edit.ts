import { argument, type Call } from "../call.ts";
import { answeredId, checkTarget, resolveTarget, sendText } from "../delivery.ts";
import { logIn } from "../login.ts";
import { flag } from "../call.ts";
import { undoOwn } from "./touch.ts";

/** `msg edit` recalls and sends again; `msg forward` sends one text to several threads. */
export async function run(call: Call): Promise<number> {
  const self = await logIn(call);
  if (call.command.path[1] === "edit") {
    const target = resolveTarget(call, self, argument(call, 2));
    undoOwn(call.layout, self, argument(call, 0));
    const [message] = await sendText(call, self, { target, text: argument(call, 3), raw: false });
    const send = { message: message === undefined ? null : { msgId: answeredId(call, message) }, attachment: [] };
    call.out.inspect({ mode: "undo+send", nativeEditSupported: false, undo: { status: 0 }, send });
    return 0;
  }
  const success = [];
  const fail = [];
  for (const [index, threadId] of call.args.slice(1).entries()) {
    const clientId = String(Date.now() + index);
    try {
      const target = checkTarget(self, { threadId, isGroup: flag(call, "group") });
      const [message] = await sendText(call, self, { target, text: argument(call, 0), raw: true });
      success.push({ clientId, msgId: message?.msgId });
    } catch (error) {
      // Failures are listed, not raised: exit 0 even when every target failed.
      if (!(error instanceof Error)) throw error;
      fail.push({ clientId, error_code: "114" });
    }
  }
  call.out.inspect({ success, fail });
  return 0;
}
