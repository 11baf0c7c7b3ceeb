import { styleText } from "node:util";
import type { ServerMessage } from "../../sim/control.ts";
import type { Stage } from "../gateway/rig/stage.ts";

const shownChars = 300;
const shownOfLong = 100;

/** Every message at the simulated Zalo from now on, described as it passes through. */
export function messageNews({ zalo }: Pick<Stage, "zalo">): () => readonly string[] {
  let shown = zalo.messages().length;
  return () => {
    const fresh = zalo.messages().slice(shown);
    shown += fresh.length;
    return fresh.map(describe);
  };
}

function describe({ text, fromName, isGroup, profile, msgType, attachments }: ServerMessage): string {
  const speaker = `${fromName}${isGroup ? " (group)" : ""}`;
  const what = [
    ...attachments.map(({ name }) => `[${name}]`),
    ...(text === "" && attachments.length === 0 ? [`[${msgType}]`] : []),
  ];
  const said = [text.length > shownChars ? excerpt(text) : text.trim(), ...what]
    .filter((part) => part !== "")
    .join(" ");
  return profile === undefined
    ? styleText("cyan", `💬 ${speaker}: ${said}`)
    : styleText("yellow", `🤖 ${speaker}: ${said}`);
}

function excerpt(text: string): string {
  const flat = text.replaceAll(/\s+/gu, " ");
  return `${flat.slice(0, shownOfLong).toWellFormed()} … [${text.length} characters]`;
}
