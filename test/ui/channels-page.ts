import { expect } from "vitest";
import type { Locator, Page } from "playwright-core";
import { setupDialogue, type SetupDialogue } from "./setup-dialogue.ts";

/** The pages load piece by piece, and the machine may be busy. */
const patience = { timeout: 60_000 };

/** The Channels page of the Control UI. */
export interface ChannelsPage {
  readonly page: Page;
  /** What it shows of one channel. */
  readonly details: Locator;
  row(label: string): Locator;
  /** Reloads until the row says this: by itself the page asks once, and its refresh button asks Zalo, too. */
  reloadUntil(label: string, words: string): Promise<void>;
  setUp(label: string): Promise<SetupDialogue>;
  openDetails(label: string): Promise<void>;
  closeDetails(): Promise<void>;
  /** The first field of the form with this label. */
  field(label: string): Locator;
  /** Opens what the form keeps folded. */
  unfold(label: string): Promise<void>;
  /** Saves the form and waits until there is nothing left to save. */
  save(): Promise<void>;
}

/** Opens the page in a browser, as whoever has the gateway's token. */
export async function openChannelsPage(page: Page, { port, token }: { port: number; token: string }) {
  page.setDefaultTimeout(patience.timeout);
  await page.goto(`http://127.0.0.1:${port}/channels#token=${token}`);
  return channelsPage(page);
}

function channelsPage(page: Page): ChannelsPage {
  const details = page.locator(".channels-detail");
  const row = (label: string) => page.locator(".channels-item", { hasText: label });
  return {
    page,
    details,
    row,
    async reloadUntil(label, words) {
      const control = row(label).locator(".settings-row__control");
      await expect
        .poll(async () => {
          await page.reload();
          return control.innerText();
        }, patience)
        .toContain(words);
    },
    async setUp(label) {
      await row(label).getByRole("button", { name: "Set up" }).click();
      return setupDialogue(page);
    },
    async openDetails(label) {
      await row(label).click();
      await details.waitFor();
    },
    async closeDetails() {
      await details.getByRole("button", { name: "Close" }).click();
      await details.waitFor({ state: "detached" });
    },
    field(label) {
      const title = page.locator(".settings-row__title").getByText(label, { exact: true });
      return details.locator(".config-form .settings-row", { has: title }).first();
    },
    unfold: (label) => details.locator("summary", { hasText: label }).first().click(),
    async save() {
      const button = details.getByRole("button", { name: "Save", exact: true });
      await button.click();
      await expect.poll(() => button.isDisabled(), patience).toBe(true);
    },
  };
}
