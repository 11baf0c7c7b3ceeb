import { createInterface } from "node:readline/promises";
import { vietnameseStory } from "../gateway/rig/texts.ts";
import type { Scene } from "./steps.ts";

/** Lets a person write as Lan until "quit" or the end of input; answers appear as they arrive. */
export async function converse({ stage, cast, narrator }: Scene): Promise<void> {
  const typed: string[] = [];
  const rule = stage.model.on(
    () => true,
    ({ turn }) => {
      const heard = typed.splice(0).filter((line) => turn.includes(line));
      if (heard.includes("long")) return vietnameseStory(5000);
      return heard.length === 0 ? "Mình chưa hiểu." : `Bạn vừa viết: ${heard.join(" / ")}`;
    },
  );
  narrator.step("Your turn");
  narrator.say(`You are ${cast.lan.displayName}. Write something; "long" brings a long answer, "quit" ends the demo.`);
  narrator.say("The language model is a stand-in that repeats what it was told; everything else is real.");
  const input = createInterface({ input: process.stdin });
  try {
    for await (const line of input) {
      const text = line.trim();
      if (text === "quit") break;
      if (text === "") continue;
      typed.push(text);
      stage.zalo.say({ from: cast.lan.uid, to: cast.assistant.uid, text });
    }
  } finally {
    input.close();
    rule.remove();
  }
}
