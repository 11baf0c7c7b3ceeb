import type { ChannelPlugin } from "openclaw/plugin-sdk/channel-core";
import { z } from "zod";
import { formatTarget, parseTarget, searchFold } from "../../policy/index.js";
import { ZalouserError } from "../../errors.js";
import { listFriends, listGroupMembers, listGroups, ownProfile, type Zca } from "../../zca/index.js";
import { resolveAccount } from "../account/accounts.js";
import { standingVerdict, verdictError } from "../account/verdict.js";
import { openZca } from "../account/zca.js";
import { cached } from "./directory-cache.js";

type Directory = NonNullable<ChannelPlugin["directory"]>;
type ListParams = Parameters<NonNullable<Directory["listPeers"]>>[0];
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

export const listPeers: NonNullable<Directory["listPeers"]> = async (params) => {
  const friends = await read(params.cfg, params.accountId, "friends", z.array(person), async (zca) =>
    (await listFriends(zca)).map(toPerson),
  );
  return select(friends, params).map(toEntry);
};

export const listGroupEntries: NonNullable<Directory["listGroups"]> = async (params) => {
  const groups = await read(params.cfg, params.accountId, "groups", z.array(person), async (zca) =>
    (await listGroups(zca)).map(({ groupId, name }) => ({ id: formatTarget({ kind: "group", id: groupId }), name })),
  );
  return select(groups, params).map(({ id, name }) => ({ kind: "group", id, name }));
};

export const listMembers: NonNullable<Directory["listGroupMembers"]> = async ({ cfg, accountId, groupId, limit }) => {
  const target = parseTarget(/^\d+$/.test(groupId) ? `group:${groupId}` : groupId);
  if ("error" in target || target.kind !== "group") {
    const { accountId: id } = resolveAccount(cfg, accountId);
    throw new ZalouserError("TARGET_INVALID", `"${groupId.slice(0, 60)}" is no group id.`, { accountId: id });
  }
  const members = await read(cfg, accountId, `members-${target.id}`, z.array(person), async (zca) =>
    (await listGroupMembers(zca, target.id)).map(toPerson),
  );
  return members.slice(0, limit ?? members.length).map(toEntry);
};

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
