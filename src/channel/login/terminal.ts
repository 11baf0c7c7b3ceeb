import type { ChannelPlugin, OpenClawConfig } from "openclaw/plugin-sdk/channel-core";
import { login } from "../../zca/index.js";
import { defaultAccountId, listAccountIds, resolveAccount, type ResolvedAccount } from "../account/accounts.js";
import { ensurePrivateFolder } from "../account/slot.js";
import { openAccountState } from "../account/state.js";
import { openZca } from "../account/zca.js";
import { CHANNEL_PATH } from "../channel-id.js";
import { recordLogin } from "./after-login.js";
import { describeLogin } from "./narrate.js";
import { confirmRisk } from "./risk.js";

type LoginParams = Parameters<NonNullable<NonNullable<ChannelPlugin["auth"]>["login"]>>[0];

/** `openclaw channels login`: the risk, the QR code, what the phone does, who is logged in. */
export async function loginInTerminal({ cfg, accountId, runtime }: LoginParams): Promise<void> {
  const account = resolveAccount(cfg, accountId);
  if (account.fault) throw account.fault;
  const zca = openZca(account);
  zca.binary();
  await confirmRisk(account.accountId, (text) => runtime.log(text));
  const { folder } = openAccountState(account.accountId);
  ensurePrivateFolder(folder);
  const loggedIn = await login({
    zca,
    lockDir: folder,
    qrDir: folder,
    terminal: process.stdout.isTTY,
    onEvent: (event) => runtime.log(describeLogin(event, account.accountId)),
    record: (found) => recordLogin(account, found),
  });
  const name = loggedIn.displayName === undefined ? "" : ` as ${loggedIn.displayName}`;
  runtime.log(`Zalo account "${account.accountId}" is logged in${name} (user id ${loggedIn.uid}).`);
  const next = nextStep(cfg, account);
  if (next !== undefined) runtime.log(next);
}

/** A login alone runs nothing when the config does not name the account. */
function nextStep(cfg: OpenClawConfig, { accountId, configured }: ResolvedAccount): string | undefined {
  if (configured && listAccountIds(cfg).includes(accountId)) return undefined;
  const path =
    configured || accountId !== defaultAccountId(cfg) ? `${CHANNEL_PATH}.accounts.${accountId}` : CHANNEL_PATH;
  return `Next, switch it on and start the gateway:  openclaw config set ${path}.enabled true`;
}
