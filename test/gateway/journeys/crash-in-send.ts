import { expect } from "vitest";
import type { Cast } from "../rig/cast.ts";
import { record } from "../rig/recording.ts";
import type { Stage } from "../rig/stage.ts";
import { waitFor } from "../rig/wait.ts";

/** Three Zalo messages. */
const parts = ["một", "hai", "ba"].map((word) => `${word} ${"chữ ".repeat(300)}🙂`);

/** OpenClaw leaves a delivery to the gateway that is gone for up to a minute. */
const leaseMs = 60_000;

/**
 * An answer of three messages that is in its second one when this settles: the first is out, the call of the second runs
 * and survives the gateway. `expectWhole`, after the restart, waits for the rest: each message once, in order.
 */
export async function answerInTheMiddle(stage: Stage, { lan, assistant }: Cast) {
  const { zalo, host, model } = stage;
  const { delayMs } = zalo.settings();
  const rule = model.on("ping-dài", () => parts.join("\n\n"));
  const recording = record(stage);
  const sends = () => recording.calls().filter(({ command }) => command === "msg send");
  zalo.control({ delayMs: { ...delayMs, send: 3_000 } });
  zalo.say({ from: lan.uid, to: assistant.uid, text: "ping-dài nhé" });
  await waitFor("the second send", () => sends().length >= 2, { timeoutMs: 60_000, explain: () => host.log() });
  zalo.control({ delayMs });
  return {
    async expectWhole(): Promise<void> {
      await recording.answer("ba chữ", leaseMs + 60_000);
      const words = recording.sent().flatMap(({ text }) => (text.includes(" chữ ") ? [text.split(" ")[0]] : []));
      expect(words).toEqual(["một", "hai", "ba"]);
      rule.remove();
    },
  };
}
