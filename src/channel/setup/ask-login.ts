import { describeError, isZalouserError } from "../../errors.js";
import { login, readCredentialFile, type LoggedIn } from "../../zca/index.js";
import { resolveAccount, type ResolvedAccount } from "../account/accounts.js";
import { ensurePrivateFolder } from "../account/slot.js";
import { openAccountState } from "../account/state.js";
import { openZca } from "../account/zca.js";
import { recordLogin } from "../login/after-login.js";
import { describeLogin } from "../login/narrate.js";
import { loginInBrowser } from "./browser.js";
import type { Asking } from "./configure.js";
import { linkedPerson } from "./linked.js";
import { personText, signInWithFile } from "./sign-in.js";

const title = "Login";

/** Logs the account in by QR code or saved session, as often as the operator wants to try. */
export async function askLogin(asking: Asking): Promise<void> {
  const { cfg, accountId, prompter } = asking;
  const account = resolveAccount(cfg, accountId);
  const known = linkedPerson(account);
  if (known !== undefined) {
    const who = known.uid === undefined ? "" : ` as ${personText({ uid: known.uid, ...nameOf(known.name) })}`;
    if (await prompter.confirm({ message: `Logged in${who}. Keep this login?`, initialValue: true })) return;
  }
  for (;;) {
    const way = await prompter.select({
      message: "How do you want to log in?",
      options: [
        { value: "qr", label: "Scan a QR code with the Zalo app" },
        { value: "file", label: "Use a saved Zalo Web session", hint: "JSON file with imei, cookie, userAgent" },
        { value: "later", label: "Later, with openclaw channels login" },
      ],
      initialValue: "qr",
    });
    if (way === "later") return;
    try {
      await (way === "qr" ? byCode(asking, account) : byFile(asking, account));
      return;
    } catch (error) {
      if (!isZalouserError(error)) throw error;
      await prompter.note(error.message, title);
    }
  }
}

async function byCode(asking: Asking, account: ResolvedAccount): Promise<void> {
  await asking.commit();
  const loggedIn = await (asking.inBrowser ? loginInBrowser(asking, account) : inTerminal(asking, account));
  await asking.prompter.note(`Logged in as ${personText(loggedIn)}.`, title);
}

function inTerminal({ runtime, accountId }: Asking, account: ResolvedAccount): Promise<LoggedIn> {
  const { folder } = openAccountState(accountId);
  ensurePrivateFolder(folder);
  return login({
    zca: openZca(account),
    lockDir: folder,
    qrDir: folder,
    terminal: process.stdout.isTTY,
    // Not in a note: its frame would break the code apart.
    onEvent: (event) => runtime.log(describeLogin(event, accountId)),
    record: (found) => recordLogin(account, found),
  });
}

async function byFile({ prompter, commit, accountId }: Asking, account: ResolvedAccount): Promise<void> {
  const file = await prompter.text({
    message: "Path of the file",
    placeholder: "/root/zalo-session.json",
    validate: (value) => fileProblem(value, accountId),
  });
  const { isExposed, path } = readCredentialFile(file.trim(), accountId);
  await commit();
  const loggedIn = await signInWithFile(account, path);
  const advice = `Delete ${path} now: whoever has it has the Zalo account${isExposed ? ", and others on this machine can read it" : ""}.`;
  await prompter.note(`Logged in as ${personText(loggedIn)}.\n${advice}`, title);
}

/** Told while typing, before zca is called. */
function fileProblem(value: string, accountId: string): string | undefined {
  if (value.trim() === "") return "Give the path of the file.";
  try {
    readCredentialFile(value.trim(), accountId);
    return undefined;
  } catch (error) {
    return describeError(error);
  }
}

function nameOf(name: string | undefined): { displayName?: string } {
  return name === undefined ? {} : { displayName: name };
}
