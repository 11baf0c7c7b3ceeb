import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";
import { type ChannelSetupWizardAdapter, promptAccountId } from "openclaw/plugin-sdk/setup";
import { loginCommand } from "../../errors.js";
import { normalizeAccountId } from "openclaw/plugin-sdk/account-id";
import { defaultAccountId, listAccountIds, resolveAccount } from "../account/accounts.js";
import { CHANNEL_ID, CHANNEL_LABEL } from "../channel-id.js";
import { acceptRisk, isRiskAccepted, riskNotice } from "../login/risk.js";
import { askDirectMessages } from "./ask-people.js";
import { assertStillThere } from "./browser.js";
import { askGroups } from "./ask-groups.js";
import { askLogin } from "./ask-login.js";
import { askProgram } from "./ask-program.js";
import { rootSwitchNotice, withAccountSettings } from "./edit.js";
import { linkedPerson } from "./linked.js";
import { offerTakeOver, takeOverFaultNote } from "./take-over.js";

export type Setup = Parameters<ChannelSetupWizardAdapter["configure"]>[0];

/** One step of the dialogue, for one account. */
export interface Asking extends Pick<Setup, "prompter" | "runtime"> {
  readonly cfg: OpenClawConfig;
  readonly accountId: string;
  /** To be called before anything that outlasts the dialogue, or costs a login; throws when nobody is there any more. */
  readonly commit: () => Promise<void>;
  /** The dialogue runs in the gateway and is shown by a browser; what is written to this terminal nobody sees. */
  readonly inBrowser: boolean;
  /** The host wants to know at least one person who may write. */
  readonly wantsPeople: boolean;
}

/** The whole guided setup of one account: the risk, the program, the login, people, groups. */
export const configure: ChannelSetupWizardAdapter["configure"] = async (setup) => {
  const { cfg, prompter, runtime, options, forceAllowFrom } = setup;
  // So that the client may link the device itself; the Control UI does that for WhatsApp alone.
  const inBrowser = options?.deferDeviceLinkToClient === true;
  // In a browser the hook takes away the way out: a dialogue left later would never end, and no other could begin.
  const commit = async () => {
    await (inBrowser ? assertStillThere(prompter) : options?.beforePersistentEffect?.());
  };
  const start = await offerTakeOver(cfg, prompter);
  const isTakenOver = start !== cfg;
  const accountId = await chooseAccount({ ...setup, cfg: start }, isTakenOver);
  await prompter.note(riskNotice, "Risk");
  if (!isRiskAccepted()) {
    const message = "Go on, knowing that Zalo may ban the account? / Tiếp tục?";
    if (!(await prompter.confirm({ message, initialValue: false }))) return { cfg, completion: "paused" };
    await commit();
    acceptRisk(accountId);
  }
  const asking = {
    accountId,
    prompter,
    runtime,
    commit,
    inBrowser,
    wantsPeople: forceAllowFrom,
  };
  let next = withAccountSettings(start, accountId, { enabled: true });
  const { fault } = resolveAccount(next, accountId);
  if (fault !== undefined) {
    await prompter.note([fault.message, ...(isTakenOver ? [takeOverFaultNote] : [])].join("\n"), CHANNEL_LABEL);
    return { cfg, completion: "paused" };
  }
  const switched = rootSwitchNotice(start, accountId);
  if (switched !== undefined) await prompter.note(switched, CHANNEL_LABEL);
  const program = await askProgram({ ...asking, cfg: next });
  next = program.cfg;
  if (program.isUsable) await askLogin({ ...asking, cfg: next });
  next = await askDirectMessages({ ...asking, cfg: next });
  next = await askGroups({ ...asking, cfg: next });
  await prompter.note(closingWords(next, accountId), CHANNEL_LABEL);
  return { cfg: next, accountId };
};

async function chooseAccount(
  { cfg, prompter, accountOverrides, shouldPromptAccountIds }: Setup,
  isTakenOver: boolean,
): Promise<string> {
  const given = accountOverrides[CHANNEL_ID];
  if (given !== undefined) return normalizeAccountId(given);
  const first = defaultAccountId(cfg);
  // Of several that were just taken over, nobody but the operator knows which one is meant.
  const mustAsk = isTakenOver && listAccountIds(cfg).length > 1;
  if (!shouldPromptAccountIds && !mustAsk) return first;
  return promptAccountId({
    cfg,
    prompter,
    label: CHANNEL_LABEL,
    currentId: first,
    listAccountIds,
    defaultAccountId: first,
  });
}

function closingWords(cfg: OpenClawConfig, accountId: string): string {
  const account = resolveAccount(cfg, accountId);
  return [
    ...(linkedPerson(account) === undefined ? [`Next, log in: ${loginCommand(accountId)}`] : []),
    ...((account.settings.dmPolicy ?? "pairing") === "pairing"
      ? [`Let somebody in: openclaw pairing approve ${CHANNEL_ID} <code> --account ${accountId}`]
      : []),
    "See how it is: openclaw channels status",
    "While a message is being sent, its text is visible in the process list of this machine.",
  ].join("\n");
}
