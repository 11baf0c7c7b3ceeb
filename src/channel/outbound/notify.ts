import type { ChannelPlugin } from "openclaw/plugin-sdk/channel-core";
import { sendText } from "./adapter.js";

type Notify = NonNullable<NonNullable<ChannelPlugin["pairing"]>["notifyApproval"]>;

/** Tells a contact that they were let in, through the account they wrote to. */
export const notifyApproval: Notify = async ({ cfg, id, accountId }) => {
  await sendText({
    cfg,
    to: id,
    text: "Bạn đã được chấp nhận, hãy nhắn lại nhé. (You have been approved; please write again.)",
    ...(accountId === undefined ? {} : { accountId }),
  });
};
