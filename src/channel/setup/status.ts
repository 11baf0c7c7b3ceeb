import type { ChannelSetupWizardAdapter } from "openclaw/plugin-sdk/setup";
import { showName } from "../../policy/index.js";
import { listAccountIds, resolveAccount } from "../account/accounts.js";
import { CHANNEL_ID, CHANNEL_LABEL } from "../channel-id.js";
import { channelBlockOf } from "./edit.js";
import { linkedPerson } from "./linked.js";

/** The line about the channel in the list of channels to set up. Reads files only. */
export const setupStatus: ChannelSetupWizardAdapter["getStatus"] = async ({ cfg, accountOverrides }) => {
  const asked = accountOverrides[CHANNEL_ID];
  const rows = (asked === undefined ? listAccountIds(cfg) : [asked]).map((id) => {
    const person = linkedPerson(resolveAccount(cfg, id));
    const who = person?.name === undefined ? "" : ` as ${showName(person.name)}`;
    return {
      isLinked: person !== undefined,
      line: `account "${id}" ${person ? `is logged in${who}` : "needs a login"}`,
    };
  });
  const configured = channelBlockOf(cfg) !== undefined && rows.some(({ isLinked }) => isLinked);
  return {
    channel: CHANNEL_ID,
    configured,
    statusLines: rows.map(({ line }) => `${CHANNEL_LABEL}: ${line}`),
    selectionHint: configured ? "logged in" : "unofficial, needs the zca program and a login",
    // Never the suggestion: it puts a personal account at risk.
    quickstartScore: 0,
  };
};
