import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { readAnsi, type Cell } from "../pictures/ansi.ts";
import { drawTerminal } from "../pictures/svg.ts";

const folder = fileURLToPath(new URL("../../docs/pictures", import.meta.url));

/** `npm run test:ui -- --screenshots` */
export const isPictureRun = process.env["ZALOUSER_SCREENSHOTS"] === "1";

/** Takes the picture of the README, when the run was asked to. */
export async function picture(page: Page, name: string): Promise<void> {
  if (!isPictureRun) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`), animations: "disabled", caret: "hide" });
}

/** Draws lines of a terminal, chosen by `pick`, into the README's picture. Returns the file's content. */
export function terminalPicture(
  name: string,
  title: string,
  output: string,
  pick: (lines: readonly (readonly Cell[])[]) => readonly (readonly Cell[])[],
): string {
  const svg = drawTerminal(pick(readAnsi(output)), title);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${name}.svg`), svg);
  return svg;
}
