import { showName } from "../../policy/index.js";
import { CHANNEL_ID, CHANNEL_PATH } from "../channel-id.js";
import { readOpenzalo, type OldAccount } from "./openzalo-block.js";
import { groupOf, groupOfKey, personOf } from "./openzalo-entries.js";

const before = "channels.openzalo";

/**
 * What is not taken over of openzalo's lists, as sentences: it let nobody in there, and here a name or `user:<id>` would
 * let in whom it names.
 */
export function leftOutOfOpenzalo(block: unknown): string[] {
  const old = readOpenzalo(block);
  if (old === undefined) return [];
  const { accounts = {}, ...root } = old;
  const ids = Object.keys(accounts);
  // What accounts inherited there is written out in each of them here.
  const inherited = ids.length === 0 ? "" : ".accounts.<id>";
  return [
    ...leftOutOf(root, { from: "", to: inherited }),
    ...ids.flatMap((id) => leftOutOf(accounts[id] ?? {}, { from: `.accounts.${id}`, to: `.accounts.${id}` })),
  ];
}

/** A place below `channels.openzalo`, and the same below `channels.zalouser`. */
interface Place {
  readonly from: string;
  readonly to: string;
}

type Entries = readonly (string | number)[];

function leftOutOf({ allowFrom = [], groupAllowFrom = [], groups = {} }: OldAccount, at: Place): string[] {
  const noGroups = groupAllowFrom.filter((entry) => groupOf(entry) === undefined);
  const noKeys = Object.keys(groups).filter((key) => groupOfKey(key) === undefined);
  return [
    ...told(strangersIn(allowFrom), "person", below(at, ".allowFrom")),
    ...told(noGroups, "group", below(at, ".groupAllowFrom", ".groups")),
    ...told(noKeys, "group", below(at, ".groups")),
    ...Object.entries(groups).flatMap(([key, { allowFrom: list = [] }]) => {
      const id = groupOfKey(key);
      if (id === undefined) return [];
      const names = strangersIn(list);
      const place = below(at, `.groups.${key}.allowFrom`, `.groups.${id}.allowFrom`);
      return told(names, "person", place).map((line) => (names.length < list.length ? line : `${line} ${closed(id)}`));
    }),
  ];
}

function strangersIn(list: Entries): Entries {
  return list.filter((entry) => personOf(entry) === undefined);
}

function below({ from, to }: Place, there: string, here = there): Place {
  return { from: `${from}${there}`, to: `${to}${here}` };
}

/** An empty list would let in everybody in the group. */
function closed(id: string): string {
  const what = id === "*" ? "every group without a list of its own is" : "the group is";
  return `Nobody is left in that list, so ${what} closed (allow: false).`;
}

function told(entries: Entries, kind: "person" | "group", { from, to }: Place): string[] {
  if (entries.length === 0) return [];
  const list = entries.map((entry) => showName(String(entry))).join(", ");
  const [whom, directory] = kind === "person" ? ["nobody", "peers"] : ["no group", "groups"];
  return [
    `Left out of ${before}${from}: ${list}. There only ids count, so this let ${whom} in. If it was meant to, put the id into ${CHANNEL_PATH}${to}, from \`openclaw directory ${directory} list --channel ${CHANNEL_ID}\`.`,
  ];
}
