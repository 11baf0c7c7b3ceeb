import type { ChannelPlugin } from "openclaw/plugin-sdk/channel-core";
import { resolveAccount } from "../account/accounts.js";
import { textsOf } from "../texts.js";
import { sendText } from "./adapter.js";

type Notify = NonNullable<NonNullable<ChannelPlugin["pairing"]>["notifyApproval"]>;

/** Tells a contact that they were let in, through the account they wrote to. */
export const notifyApproval: Notify = async ({ cfg, id, accountId }) => {
  const account = resolveAccount(cfg, accountId);
  await sendText({ cfg, to: id, text: textsOf(account).approved, accountId: account.accountId });
};
