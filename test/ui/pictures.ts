import { mkdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";

const folder = fileURLToPath(new URL("../../docs/pictures", import.meta.url));

/** Takes the picture of the README, when the run was asked to: `npm run test:ui -- --screenshots`. */
export async function picture(page: Page, name: string): Promise<void> {
  if (process.env["ZALOUSER_SCREENSHOTS"] !== "1") return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`), animations: "disabled", caret: "hide" });
}
