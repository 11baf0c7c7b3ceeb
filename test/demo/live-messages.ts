import type { ServerMessage } from "../../sim/control.ts";
import type { Stage } from "../gateway/rig/stage.ts";

const shownChars = 110;

/** Prints every message at the simulated Zalo as it passes through; returns the function that ends it. */
export function showMessages({ zalo }: Stage, say: (text: string) => void): () => void {
  let shown = zalo.messages().length;
  const show = () => {
    const fresh = zalo.messages().slice(shown);
    shown += fresh.length;
    for (const message of fresh) say(describe(message));
  };
  const timer = setInterval(show, 50);
  return () => {
    clearInterval(timer);
    show();
  };
}

function describe({ text, fromName, isGroup, at, profile }: ServerMessage): string {
  const flat = text.replaceAll(/\s+/gu, " ");
  const short = flat.length > shownChars ? `${flat.slice(0, shownChars).toWellFormed()}…` : flat;
  const size = text.length > shownChars ? ` [${text.length} characters]` : "";
  const where = isGroup ? " (group)" : "";
  const time = new Date(at).toISOString().slice(11, 23);
  return `${profile === undefined ? "→" : "←"} ${time} ${fromName}${where}: ${short}${size}`;
}
