import type { ChannelPlugin } from "openclaw/plugin-sdk/channel-core";
import { z } from "zod";
import { formatTarget, parseTarget, searchFold, type NameHolder, type NameKind } from "../../policy/index.js";
import { ZalouserError } from "../../errors.js";
import { listFriends, listGroupMembers, listGroups, ownProfile, type Zca } from "../../zca/index.js";
import { resolveAccount } from "../account/accounts.js";
import { standingVerdict, verdictError } from "../account/verdict.js";
import { openZca } from "../account/zca.js";
import { cached, lastRead } from "./directory-cache.js";

type Directory = NonNullable<ChannelPlugin["directory"]>;
type ListParams = Parameters<NonNullable<Directory["listPeers"]>>[0];
type Asker = Pick<ListParams, "cfg" | "accountId">;
type Entry = Awaited<ReturnType<NonNullable<Directory["listPeers"]>>>[number];

const person = z.object({
  id: z.string(),
  name: z.string(),
  handle: z.string().optional(),
  avatarUrl: z.string().optional(),
});
type Person = z.infer<typeof person>;

/** Who the account is. */
export const self: NonNullable<Directory["self"]> = async ({ cfg, accountId }) => {
  const me = await read(cfg, accountId, "self", person, async (zca) => toPerson(await ownProfile(zca)));
  return toEntry(me);
};

export const listPeers: NonNullable<Directory["listPeers"]> = async (params) =>
  select(await friendRows(params), params).map(toEntry);

export const listGroupEntries: NonNullable<Directory["listGroups"]> = async (params) =>
  select(await groupRows(params), params).map(({ id, name }) => ({ kind: "group", id, name }));

/** Friends, or groups, with every name they go by; ids are bare. Costs a login unless somebody read the list lately. */
export async function listHolders(
  cfg: ListParams["cfg"],
  accountId: string,
  kind: NameKind,
  signal: AbortSignal,
): Promise<NameHolder[]> {
  if (kind === "person") {
    const friends = await friendRows({ cfg, accountId }, signal);
    return friends.map(({ id, name, handle }) => ({ id, names: handle === undefined ? [name] : [name, handle] }));
  }
  return groupHolders(await groupRows({ cfg, accountId }, signal));
}

/** The groups as anybody read them last, if anybody did; asks nobody. */
export function lastKnownGroups(accountId: string): NameHolder[] {
  return groupHolders(lastRead(accountId, "groups", z.array(person)) ?? []);
}

/** Ids of the friends as anybody read them last, if anybody did; asks nobody. */
export function lastKnownFriends(accountId: string): ReadonlySet<string> {
  return new Set((lastRead(accountId, "friends", z.array(person)) ?? []).map(({ id }) => id));
}

function groupHolders(groups: readonly Person[]): NameHolder[] {
  return groups.flatMap(({ id, name }) => {
    const target = parseTarget(id);
    return "error" in target ? [] : [{ id: target.id, names: [name] }];
  });
}

/** Everybody the account is friends with. */
export function friends(cfg: ListParams["cfg"], accountId: string): Promise<Person[]> {
  return friendRows({ cfg, accountId });
}

function friendRows({ cfg, accountId }: Asker, signal?: AbortSignal): Promise<Person[]> {
  return read(cfg, accountId, "friends", z.array(person), async (zca) =>
    (await listFriends(zca, signal)).map(toPerson),
  );
}

function groupRows({ cfg, accountId }: Asker, signal?: AbortSignal): Promise<Person[]> {
  return read(cfg, accountId, "groups", z.array(person), async (zca) =>
    (await listGroups(zca, signal)).map(({ groupId, name }) => ({
      id: formatTarget({ kind: "group", id: groupId }),
      name,
    })),
  );
}

export const listMembers: NonNullable<Directory["listGroupMembers"]> = async ({ cfg, accountId, groupId, limit }) => {
  const target = parseTarget(/^\d+$/.test(groupId) ? `group:${groupId}` : groupId);
  if ("error" in target || target.kind !== "group") {
    const { accountId: id } = resolveAccount(cfg, accountId);
    throw new ZalouserError("TARGET_INVALID", `"${groupId.slice(0, 60)}" is no group id.`, { accountId: id });
  }
  const members = await groupMembers(cfg, accountId, target.id);
  return members.slice(0, limit ?? members.length).map(toEntry);
};

/** Who is in a group, by its bare id; ids are bare, too. */
export function groupMembers(
  cfg: ListParams["cfg"],
  accountId: string | null | undefined,
  groupId: string,
  signal?: AbortSignal,
): Promise<Person[]> {
  return read(cfg, accountId, `members-${groupId}`, z.array(person), async (zca) =>
    (await listGroupMembers(zca, groupId, signal)).map(toPerson),
  );
}

async function read<T>(
  cfg: ListParams["cfg"],
  accountId: string | null | undefined,
  name: string,
  schema: z.ZodType<T>,
  ask: (zca: Zca) => Promise<T>,
): Promise<T> {
  const account = resolveAccount(cfg, accountId);
  if (account.fault) throw account.fault;
  // A command on a dead session would be one more refused login.
  const verdict = standingVerdict(account);
  if (verdict) throw verdictError(account.accountId, verdict);
  const zca = openZca(account);
  return cached(account.accountId, name, schema, () => ask(zca));
}

/** Searching ignores case and diacritics ("tuan" finds "Tuấn"); an id finds itself. */
function select(rows: readonly Person[], { query, limit }: Pick<ListParams, "query" | "limit">): Person[] {
  const wanted = searchFold(query ?? "");
  const found =
    wanted === ""
      ? rows
      : rows.filter(
          ({ id, name, handle }) =>
            [name, handle ?? ""].some((text) => searchFold(text).includes(wanted)) || id.endsWith(wanted),
        );
  return found.slice(0, limit ?? found.length);
}

function toPerson({ userId, displayName, zaloName, avatar }: Awaited<ReturnType<typeof ownProfile>>): Person {
  return {
    id: userId,
    name: displayName,
    ...(zaloName === undefined || zaloName === displayName ? {} : { handle: zaloName }),
    ...(avatar === undefined ? {} : { avatarUrl: avatar }),
  };
}

function toEntry({ id, name, handle, avatarUrl }: Person): Entry {
  return {
    kind: "user",
    id,
    name,
    ...(handle === undefined ? {} : { handle }),
    ...(avatarUrl === undefined ? {} : { avatarUrl }),
  };
}
