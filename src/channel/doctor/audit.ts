import type { ChannelPlugin, OpenClawConfig } from "openclaw/plugin-sdk/channel-core";
import { normalizeAllowEntry, readListedEntry, showName } from "../../policy/index.js";
import { listAccountIds, resolveAccount, settingPath, type ResolvedAccount } from "../account/accounts.js";
import { CHANNEL_ID, CHANNEL_LABEL, CHANNEL_PATH } from "../channel-id.js";
import { unaskedEverybody } from "../everybody.js";
import { answerIn, readNameBook } from "../names/book.js";
import { nameWishes } from "../names/wishes.js";
import { openGroups } from "./open-groups.js";

type Collect = NonNullable<NonNullable<ChannelPlugin<ResolvedAccount>["security"]>["collectAuditFindings"]>;
type Finding = Awaited<ReturnType<Collect>>[number];

/** What `openclaw security audit` names for one account, beside what the host finds itself about direct messages. */
export const auditFindings: Collect = ({ account, cfg, orderedAccountIds }) => {
  const isFirst = orderedAccountIds[0] === account.accountId;
  return [
    ...everybodyWrites(cfg, account),
    ...openGroups(cfg, account),
    ...nameEntries(account),
    ...(isFirst ? [...sharedLists(cfg), processList] : []),
  ];
};

/** OpenClaw itself does not count `*` under these policies, and even calls direct messages locked. */
function everybodyWrites(cfg: OpenClawConfig, account: ResolvedAccount): Finding[] {
  const detail = unaskedEverybody(cfg, account);
  if (detail === undefined) return [];
  return [
    {
      checkId: `channels.${CHANNEL_ID}.allowFrom.wildcard`,
      severity: "critical",
      title: `${CHANNEL_LABEL} direct messages are open to everybody (account: ${account.accountId})`,
      detail,
      remediation: `Take that entry out of ${settingPath(account, "allowFrom")} and list ids instead, from \`openclaw directory peers list --channel ${CHANNEL_ID} --account ${account.accountId}\`; or say so with ${account.configPath}.dmPolicy "open".`,
    },
  ];
}

function nameEntries(account: ResolvedAccount): Finding[] {
  const { accountId } = account;
  const names = nameWishes(account);
  if (names.length === 0) return [];
  const book = readNameBook(accountId);
  const list = names.map(({ kind, key, name, paths }) => {
    const answer = answerIn(book, kind, key);
    return `${showName(name)} in ${paths.join(" and ")} (${answer?.kind === "pinned" ? `kept to ${answer.id}` : "stands for nobody"})`;
  });
  return [
    {
      checkId: `channels.${CHANNEL_ID}.name_entries`,
      severity: "warn",
      title: `${CHANNEL_LABEL} lists hold names (account: ${accountId})`,
      detail: `${list.join("; ")}. A name is turned into an id once and then kept to it; until then whoever has that name among the friends or groups of the account could be meant.`,
      remediation: `Replace names by ids: \`openclaw directory peers list --channel ${CHANNEL_ID} --account ${accountId}\`, or \`openclaw doctor --fix\` for those that are known.`,
    },
  ];
}

/** Zalo shows one person to each account under another id, so a list made for one account is wrong for the next. */
function sharedLists(cfg: Parameters<Collect>[0]["cfg"]): Finding[] {
  const accounts = listAccountIds(cfg)
    .map((id) => resolveAccount(cfg, id))
    .filter(({ enabled, fault }) => enabled && fault === undefined);
  const users = new Map<string, Set<string>>();
  for (const account of accounts) {
    const { allowFrom = [], groupAllowFrom = [], groups = {} } = account.settings;
    const ofGroups = Object.values(groups).flatMap((group) => group.allowFrom ?? []);
    for (const entry of [...allowFrom, ...groupAllowFrom, ...ofGroups]) {
      if (readListedEntry(entry, "user").kind !== "id") continue;
      const id = normalizeAllowEntry(entry);
      users.set(id, (users.get(id) ?? new Set()).add(account.accountId));
    }
  }
  const shared = [...users].filter(([, owners]) => owners.size > 1);
  if (shared.length === 0) return [];
  const owners = [...new Set(shared.flatMap(([, ids]) => [...ids]))].sort().map((id) => `"${id}"`);
  return [
    {
      checkId: `channels.${CHANNEL_ID}.allowlist_shared`,
      severity: "warn",
      title: `${CHANNEL_LABEL} accounts share an allowlist`,
      detail: `${shared.map(([id]) => id).join(", ")} may write to the accounts ${owners.join(" and ")}. Zalo gives one person another user id for every account that looks at them, so an id is right for one of these accounts at most and may be somebody else for another.`,
      remediation: `Give each account its own lists: ${CHANNEL_PATH}.accounts.<id>.allowFrom, groupAllowFrom and groups, with ids from \`openclaw directory peers list --channel ${CHANNEL_ID} --account <id>\`.`,
    },
  ];
}

const processList: Finding = {
  checkId: `channels.${CHANNEL_ID}.process_list`,
  severity: "info",
  title: `${CHANNEL_LABEL} shows message text in the process list`,
  detail:
    "zca takes the text of a message as a command-line argument: while a send runs (a few seconds), every user of this machine can read it with ps.",
  remediation:
    "Run the gateway on a machine, or in a container, that nobody shares who must not read the messages; on Linux, mounting /proc with hidepid=2 hides other users' processes.",
};
