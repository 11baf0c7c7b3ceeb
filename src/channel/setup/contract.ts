import { normalizeAccountId } from "openclaw/plugin-sdk/account-id";
import { defineChannelSetupContract } from "openclaw/plugin-sdk/channel-setup";
import { defaultAccountId } from "../account/accounts.js";
import { setupModule } from "../lazy.js";
import { withAccountSettings } from "./edit.js";
import { inputProblem, settingsFrom } from "./input.js";

/** Flags of `openclaw channels add --channel zalouser`. package.json holds the same list, read before code is loaded. */
export const setupContract = defineChannelSetupContract({
  fields: {
    zcaProfile: {
      kind: "string",
      cli: { flags: "--zca-profile <name>", description: "zca profile of the account (default: the account id)" },
    },
    zcaBinary: {
      kind: "string",
      cli: { flags: "--zca-binary <path>", description: "Path or name of the zca program" },
    },
    dmPolicy: {
      kind: "choice",
      choices: ["pairing", "allowlist", "open", "disabled"],
      cli: { flags: "--dm-policy <policy>", description: "Who may write to the account" },
    },
    allowFrom: {
      kind: "string-list",
      cli: { flags: "--allow-from <list>", description: "User ids or names of friends, separated by commas" },
    },
    groupPolicy: {
      kind: "choice",
      choices: ["open", "allowlist", "disabled"],
      cli: { flags: "--group-policy <policy>", description: "Which groups may talk to the account" },
    },
    groups: {
      kind: "string-list",
      cli: { flags: "--groups <list>", description: "Ids or names of allowed groups, separated by commas" },
    },
    credentialsFile: {
      kind: "string",
      cli: {
        flags: "--credentials-file <path>",
        description: "Log in with a saved Zalo Web session (JSON with imei, cookie, userAgent) instead of a QR code",
      },
    },
    acceptRisk: {
      kind: "boolean",
      cli: {
        flags: "--accept-risk",
        description: "I know that this automates a personal account unofficially and that Zalo may ban it",
      },
    },
  },
  adapter: {
    configPromotion: "preserve-root",
    resolveAccountId: ({ cfg, accountId }) =>
      accountId === undefined ? defaultAccountId(cfg) : normalizeAccountId(accountId),
    prepareAccountConfigInput: async ({ cfg, accountId, input }) => {
      await (await setupModule()).checkBeforeWriting(cfg, accountId, input);
      return input;
    },
    validateInput: ({ cfg, accountId, input }) => inputProblem(cfg, accountId, input) ?? null,
    applyAccountConfig: ({ cfg, accountId, input }) =>
      withAccountSettings(cfg, accountId, settingsFrom(cfg, accountId, input)),
    applyAccountName: ({ cfg, accountId, name }) =>
      name === undefined || name.trim() === "" ? cfg : withAccountSettings(cfg, accountId, { name: name.trim() }),
    afterAccountConfigWritten: async ({ previousCfg, cfg, accountId, input, runtime }) =>
      (await setupModule()).finishFlags({ before: previousCfg, cfg, accountId, input }, runtime),
  },
});
