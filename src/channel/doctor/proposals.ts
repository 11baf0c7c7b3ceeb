import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";
import { channelConfigSchema, type AccountConfig } from "../../config.js";
import { effectiveGroupPolicy, nameKey, readListedEntry, showName } from "../../policy/index.js";
import { listAccountIds, resolveAccount, type ResolvedAccount } from "../account/accounts.js";
import { hadOfficialPlugin } from "../account/former.js";
import { CHANNEL_PATH } from "../channel-id.js";
import { answerIn, readNameBook } from "../names/book.js";
import { channelBlockOf } from "../setup/edit.js";
import { isOwn, keyOf, withBlockAt, without } from "./blocks.js";
import { groupsAmongPeople } from "./groups-among-people.js";
import type { Proposal } from "./proposal.js";
import { rulesBySender } from "./rules-by-sender.js";

/** Everything `openclaw doctor` proposes, in the order in which it is applied. */
export function proposalsFor(cfg: OpenClawConfig): Proposal[] {
  if (channelBlockOf(cfg) === undefined) return [];
  const accounts = listAccountIds(cfg).map((id) => resolveAccount(cfg, id));
  return [
    ...foreignKeys(cfg),
    ...accounts.flatMap((account) => [
      ...groupsAmongPeople(cfg, account),
      ...pinnedNames(cfg, account),
      ...unsaid(account),
    ]),
  ];
}

/** Settings of openzalo that mean nothing here; the host refuses the whole block over them. */
const foreign: Readonly<Record<string, string>> = {
  acpx: "sessions of acpx are not part of this plugin",
  actions: "what the agent may do is set with tools",
  blockStreaming: "answers are always sent whole",
  chunkMode: "answers are cut at paragraphs, lines and words",
  dmHistoryLimit: "OpenClaw keeps the history of direct messages",
  mediaLocalRoots: "files come from the folders the agent may read",
  sendTypingIndicators: "typing costs a login each time; set typing to true if you want it",
  textChunkLimit: "Zalo's limit of 2000 characters is used",
  threadBindings: "sessions follow the conversation",
};

function foreignKeys(cfg: OpenClawConfig): Proposal[] {
  const block = channelBlockOf(cfg);
  const keys = [undefined, ...Object.keys(block?.accounts ?? {})];
  return keys.flatMap((key) => {
    const own: Readonly<Record<string, unknown>> = (key === undefined ? block : block?.accounts?.[key]) ?? {};
    const path = key === undefined ? CHANNEL_PATH : `${CHANNEL_PATH}.accounts.${key}`;
    const known = new Set(Object.keys(channelConfigSchema.shape));
    return [
      ...Object.entries(foreign)
        .filter(([name]) => Object.hasOwn(own, name) && !known.has(name))
        .map(([name, why]) => ({
          what: `${path}.${name} is a setting of openzalo (${why}): remove it.`,
          apply: (from: OpenClawConfig) => withBlockAt(from, key, (old) => without(old, name)),
        })),
      ...rulesBySender(own["groups"], path, key),
    ];
  });
}

/** A name that has been turned into an id for good may as well be that id. */
function pinnedNames(cfg: OpenClawConfig, account: ResolvedAccount): Proposal[] {
  const { accountId, configPath, fault, namesIgnored } = account;
  // An id means another person for another account, so a list that accounts share keeps its names.
  if (fault !== undefined || namesIgnored || (keyOf(account) === undefined && listAccountIds(cfg).length > 1))
    return [];
  const book = readNameBook(accountId);
  return peopleLists(account).flatMap(({ list, people, changed }) =>
    people.flatMap((entry) => {
      const read = readListedEntry(entry, "user");
      const answer = read.kind === "name" ? answerIn(book, "person", nameKey(read.name)) : undefined;
      if (answer?.kind !== "pinned" || answer.rivals.length > 0 || answer.missing === true) return [];
      const { id } = answer;
      const swap = (other: string | number) => (other === entry ? id : other);
      return [
        {
          what: `${showName(String(entry))} in ${configPath}.${list} stands for user ${id}: put the id there.`,
          apply: (from: OpenClawConfig) => withBlockAt(from, keyOf(account), (old) => changed(old, swap)),
        },
      ];
    }),
  );
}

interface PeopleList {
  /** Path below the account's block. */
  readonly list: string;
  readonly people: readonly (string | number)[];
  /** The block with every entry of this list swapped. */
  readonly changed: (old: AccountConfig, swap: (entry: string | number) => string | number) => AccountConfig;
}

/** The lists of people that stand in the account's own block. */
function peopleLists(account: ResolvedAccount): PeopleList[] {
  const { settings } = account;
  const ofAll = (["allowFrom", "groupAllowFrom"] as const)
    .filter((list) => isOwn(account, list))
    .map((list): PeopleList => ({
      list,
      people: settings[list] ?? [],
      changed: (old, swap) => ({ ...old, [list]: (old[list] ?? []).map(swap) }),
    }));
  const ofGroups = Object.entries(isOwn(account, "groups") ? (settings.groups ?? {}) : {}).map(
    ([key, { allowFrom = [] }]): PeopleList => ({
      list: `groups.${key}.allowFrom`,
      people: allowFrom,
      changed: ({ groups = {}, ...old }, swap) => {
        const group = groups[key] ?? {};
        return { ...old, groups: { ...groups, [key]: { ...group, allowFrom: (group.allowFrom ?? []).map(swap) } } };
      },
    }),
  );
  return [...ofAll, ...ofGroups];
}

/** What is in force without being said, is said. */
function unsaid(account: ResolvedAccount): Proposal[] {
  const { settings, configPath, fault } = account;
  if (fault !== undefined || settings.groupPolicy !== undefined) return [];
  const { policy, source } = effectiveGroupPolicy(account);
  if (source !== "entries" && !hadOfficialPlugin()) return [];
  return [
    {
      what: `${configPath}.groupPolicy is unset and works as "${policy}": write that down.`,
      apply: (cfg) => withBlockAt(cfg, keyOf(account), (old) => ({ ...old, groupPolicy: old.groupPolicy ?? policy })),
    },
  ];
}
