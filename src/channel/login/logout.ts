import type { ChannelPlugin } from "openclaw/plugin-sdk/channel-core";
import { logout } from "../../zca/index.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { openAccountState } from "../account/state.js";
import { pronounce } from "../account/verdict.js";
import { openZca } from "../account/zca.js";

type Logout = NonNullable<NonNullable<ChannelPlugin<ResolvedAccount>["gateway"]>["logoutAccount"]>;

/** Forgets the session on this machine and keeps the account from trying to log in until a person does. */
export const logoutAccount: Logout = async ({ account }) => {
  const state = openAccountState(account.accountId);
  await logout(openZca(account));
  state.login.clear();
  state.budget.clear();
  pronounce(account, { kind: "logged-out", detail: "logged out on request", atMs: Date.now() });
  return { cleared: true, loggedOut: true };
};
