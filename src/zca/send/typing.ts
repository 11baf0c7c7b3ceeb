import { isZalouserError, ZalouserError } from "../../errors.js";
import { failureError } from "../output/failures.js";
import { type Thread, typingCommand } from "../program/commands.js";
import { diagnose } from "../program/diagnose.js";
import type { Zca } from "../program/run.js";
import type { SendOutcome } from "./outcome.js";

/**
 * Shows "is typing" in a conversation for some seconds. Costs a login. Never throws; whatever becomes of it, no message is
 * lost by it: an outcome that is not `sent` is `unsent`.
 */
export async function showTyping(zca: Zca, thread: Thread, signal?: AbortSignal): Promise<SendOutcome> {
  const { accountId } = zca;
  try {
    const able = await zca.capabilities(signal);
    if (able.flavor === "legacy") {
      const what = `zca-cli ${able.version} is not known to show that somebody is typing.`;
      return { kind: "unsent", error: new ZalouserError("ZCA_UNSUPPORTED", what, { accountId }) };
    }
    const command = typingCommand(thread, able);
    const result = await zca.run(command, { signal });
    const { ending, stopped } = result;
    if (ending.kind === "exit" && ending.code === 0 && stopped === undefined) return { kind: "sent", messageIds: [] };
    return { kind: "unsent", error: failureError(diagnose(zca, command, result), accountId) };
  } catch (cause) {
    if (isZalouserError(cause)) return { kind: "unsent", error: cause };
    const error = new ZalouserError("ZCA_FAILED", "The call could not be made.", { accountId, cause });
    return { kind: "unsent", error };
  }
}
