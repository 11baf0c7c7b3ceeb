import type { LoggedIn, LoginEvent } from "../../zca/index.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { pageLoginModule } from "../lazy.js";
import { loginWords } from "../login/narrate.js";
import type { Asking } from "./configure.js";

const lookMs = 1000;

/**
 * Throws when the person in front of the browser has left the dialogue. The host tells only who asks something, so this
 * asks what nobody gets to see: a question that is withdrawn already.
 */
export async function assertStillThere(prompter: Asking["prompter"]): Promise<void> {
  const withdrawn = new Error("This question was never meant to be shown.");
  try {
    await prompter.text({ message: "", signal: AbortSignal.abort(withdrawn) });
  } catch (error) {
    if (error !== withdrawn) throw error;
  }
}

/** A browser's dialogue has no place for a picture, but it shows a link: to a page with the code. */
export async function loginInBrowser({ prompter, accountId }: Asking, account: ResolvedAccount): Promise<LoggedIn> {
  const { pageLogin } = await pageLoginModule();
  const cancel = new AbortController();
  const progress = prompter.progress("Asking Zalo for a code.");
  // The host runs one dialogue at a time: one that was left must end now, not when its code expires.
  const looking = setInterval(() => {
    assertStillThere(prompter).catch(() => cancel.abort());
  }, lookMs);
  try {
    return await pageLogin(account, {
      cancel,
      onEvent(event, path) {
        // Each look withdraws the link as well; it belongs to all that is said until the login is over.
        prompter.openUrl?.(path).catch(() => undefined);
        progress.update(wordsFor(event, accountId));
      },
    });
  } finally {
    clearInterval(looking);
    progress.stop();
    await assertStillThere(prompter);
  }
}

function wordsFor(event: LoginEvent, accountId: string): string {
  if (event.kind !== "qr") return loginWords(event, accountId);
  return `Open the link and scan the code there with the Zalo app of the account "${accountId}" (code ${event.attempt} of 3, valid for 100 seconds).`;
}
