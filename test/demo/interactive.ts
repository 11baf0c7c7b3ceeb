import { createInterface } from "node:readline/promises";
import { record } from "../gateway/rig/recording.ts";
import { vietnameseStory, words } from "../gateway/rig/texts.ts";
import { waitFor } from "../gateway/rig/wait.ts";
import type { Scene } from "./steps.ts";

/** Lets a person write as Lan until "quit" or the end of input, and ends when everything written is answered. */
export async function converse({ stage, cast, narrator }: Scene): Promise<void> {
  const unheard: string[] = [];
  const replies: string[] = [];
  const recording = record(stage);
  const rule = stage.model.on(
    () => true,
    ({ turn }) => {
      const heard = unheard.filter((line) => turn.includes(line));
      for (const line of heard) unheard.splice(unheard.indexOf(line), 1);
      const reply = replyTo(heard);
      replies.push(reply);
      return reply;
    },
  );
  const isDelivered = (reply: string) =>
    flat(
      recording
        .sent()
        .map(({ text }) => text)
        .join(" "),
    ).includes(flat(reply));

  narrator.step(`Your turn: you are ${cast.lan.displayName}`);
  narrator.say('Type a message and press Enter. "long" brings a long answer, "quit" or Ctrl+D ends the demo.');
  narrator.say("The language model is a stand-in that repeats what it was told; everything else is real.");
  const input = createInterface({ input: process.stdin });
  let written = 0;
  try {
    for await (const line of input) {
      const text = line.trim().normalize("NFC");
      if (text === "quit") break;
      if (text === "") continue;
      written += 1;
      unheard.push(text);
      stage.zalo.say({ from: cast.lan.uid, to: cast.assistant.uid, text });
    }
    await waitFor("the last answers", () => unheard.length === 0 && replies.every(isDelivered), {
      timeoutMs: 60_000,
      explain: () => `Not heard by the model: ${unheard.length}; answers: ${replies.length}.`,
    });
  } finally {
    input.close();
    rule.remove();
  }
  narrator.verify(`your ${written} message(s) were answered in ${replies.length} turn(s)`, unheard.length === 0);
}

function replyTo(heard: readonly string[]): string {
  if (heard.includes("long")) return vietnameseStory(5000);
  return heard.length === 0 ? "Mình chưa hiểu." : `Bạn vừa viết: ${heard.join(" / ")}`;
}

/** Chunks end where the text was cut, so only the words tell whether an answer has arrived whole. */
function flat(text: string): string {
  return words(text).join(" ");
}
