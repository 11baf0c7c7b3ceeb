import type { ServerMessage } from "../../sim/control.ts";
import type { ModelRequest } from "../gateway/rig/model.ts";

/** What the stand-in for the language model answers: the newest message of Zalo that stands in the turn, repeated. */
export function echo({ turn }: Pick<ModelRequest, "turn">, messages: readonly ServerMessage[]): string {
  const heard = messages.findLast(
    ({ profile, text }) => profile === undefined && text.trim() !== "" && turn.includes(text.trim()),
  );
  return heard === undefined ? "Mình nghe đây 🙂" : `Bạn vừa viết: ${heard.text.trim()}`;
}
