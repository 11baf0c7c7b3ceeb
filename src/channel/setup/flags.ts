import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";
import { loginCommand, ZalouserError } from "../../errors.js";
import { assertTakesSession, readCredentialFile } from "../../zca/index.js";
import { resolveAccount } from "../account/accounts.js";
import { openZca } from "../account/zca.js";
import { acceptRisk, isRiskAccepted, riskNotice } from "../login/risk.js";
import { rootSwitchNotice, withAccountSettings } from "./edit.js";
import { inputProblem, settingsFrom, type SetupInput } from "./input.js";
import { linkedPerson } from "./linked.js";
import { personText, signInWithFile } from "./sign-in.js";

interface Output {
  log(message: string): void;
}

/** Refuses what cannot work before the config is written: a login that failed afterwards would leave half an account. */
export async function checkBeforeWriting(cfg: OpenClawConfig, accountId: string, input: SetupInput): Promise<void> {
  if (input.credentialsFile === undefined || inputProblem(cfg, accountId, input) !== undefined) return;
  readCredentialFile(input.credentialsFile, accountId);
  if (!isRiskAccepted() && !acceptsRisk(input)) {
    throw new ZalouserError("LOGIN_RISK_NOT_ACCEPTED", `${riskNotice}\nAdd --accept-risk to log in.`, { accountId });
  }
  const account = resolveAccount(withAccountSettings(cfg, accountId, settingsFrom(cfg, accountId, input)), accountId);
  await assertTakesSession(openZca(account));
}

interface Added {
  /** The config before the flags were written into it. */
  readonly before: OpenClawConfig;
  readonly cfg: OpenClawConfig;
  readonly accountId: string;
  readonly input: SetupInput;
}

/** Logs in when a file was given; else says what comes next. */
export async function finishFlags({ before, cfg, accountId, input }: Added, output: Output): Promise<void> {
  const switched = rootSwitchNotice(before, accountId);
  if (switched !== undefined) output.log(switched);
  if (acceptsRisk(input)) acceptRisk(accountId);
  const account = resolveAccount(cfg, accountId);
  if (input.credentialsFile !== undefined) {
    const { isExposed, path } = readCredentialFile(input.credentialsFile, accountId);
    const loggedIn = await signInWithFile(account, input.credentialsFile);
    output.log(`Zalo account "${accountId}" is logged in as ${personText(loggedIn)}.`);
    if (isExposed)
      output.log(`Others on this machine can read ${path}; whoever has it has the Zalo account. Delete it.`);
    return;
  }
  if (linkedPerson(account) === undefined) output.log(`Next, log in: ${loginCommand(accountId)}`);
}

function acceptsRisk(input: SetupInput): boolean {
  return input.acceptRisk === true || process.env["OPENCLAW_ZALOUSER_ACCEPT_RISK"] === "1";
}
