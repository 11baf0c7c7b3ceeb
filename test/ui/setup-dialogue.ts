import type { Locator, Page } from "playwright-core";

/** The setup dialogue of the Control UI, as a person goes through it. */
export interface SetupDialogue {
  readonly box: Locator;
  /** Waits until the dialogue says this. */
  reads(words: RegExp | string): Promise<void>;
  /** Reads a note and goes on. */
  goOn(words: RegExp | string, button?: string): Promise<void>;
  /** Answers a question that has a list of answers. */
  choose(question: RegExp | string, answer: RegExp | string): Promise<void>;
}

export function setupDialogue(page: Page): SetupDialogue {
  const box = page.locator(".channels-wizard");
  const reads = (words: RegExp | string) => box.getByText(words).first().waitFor();
  return {
    box,
    reads,
    async goOn(words, button = "Continue") {
      await reads(words);
      await box.getByRole("button", { name: button, exact: true }).click();
    },
    async choose(question, answer) {
      await reads(question);
      await box.locator("button[aria-haspopup=listbox]").click();
      await box.getByRole("option", { name: answer }).click();
    },
  };
}
