import { describeError } from "../../errors.js";
import type { LoggedIn, LoginEvent } from "../../zca/index.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { openCodePage } from "./code-page.js";
import { hostedLogin } from "./hosted.js";
import { loginWords } from "./narrate.js";

export interface PageLoginOptions {
  readonly cancel: AbortController;
  /** Told what happens, and the path of the page that shows it. */
  readonly onEvent: (event: LoginEvent, path: string) => void;
}

/** A login whose code stands on a page of the gateway, for dialogues that can show a link but no picture. */
export async function pageLogin(account: ResolvedAccount, { cancel, onEvent }: PageLoginOptions): Promise<LoggedIn> {
  const { accountId } = account;
  const page = openCodePage(accountId, { words: "Asking Zalo for a code." });
  const follow = (event: LoginEvent) => {
    const words = loginWords(event, accountId);
    page.show(event.kind === "qr" ? { words, png: event.png } : { words });
    onEvent(event, page.path);
  };
  try {
    const loggedIn = await hostedLogin(account, follow, cancel);
    page.show({ words: "Logged in. This page can be closed.", isOver: true });
    return loggedIn;
  } catch (error) {
    page.show({ words: describeError(error), isOver: true });
    throw error;
  }
}
