import { isZalouserError } from "../../errors.js";
import { findName, indexNames, searchFold, showName, type NamedId, type NameHolder } from "../../policy/index.js";
import { findFriends } from "../../zca/index.js";
import { resolveAccount } from "../account/accounts.js";
import { openZca } from "../account/zca.js";
import { listHolders } from "../operate/directory.js";
import type { Asking } from "./configure.js";
import { waiting } from "./waiting.js";

const mostOffered = 20;

/**
 * Turns a friend's name into an id: what `zca friend find` tells counts only if the list of friends has nobody else whose
 * name is or looks the same; the search may leave somebody out without a word. Where the name fits none or several, a
 * person picks. Undefined when one of both could not be read; then the name stays and the gateway resolves it.
 */
export async function lookUpPerson(asking: Asking, name: string): Promise<NamedId | "nobody" | undefined> {
  const { cfg, accountId, prompter, commit } = asking;
  await commit();
  const zca = openZca(resolveAccount(cfg, accountId));
  try {
    const hits = await waiting(prompter, `Looking for ${showName(name)}`, () => findFriends(zca, name));
    const listed = await waiting(prompter, "Reading the list of friends", () =>
      listHolders(cfg, accountId, "person", AbortSignal.timeout(120_000)),
    );
    // The list may be some minutes old, and a friend of this minute is no less of one.
    const ids = new Set(listed.map(({ id }) => id));
    const friends = [...listed, ...hits.map(toHolder).filter(({ id }) => !ids.has(id))];
    const found = findName(name, indexNames(friends));
    return found.kind === "pinned" ? withAllNames(found.id, friends) : await pick(asking, name, friends);
  } catch (error) {
    // Leaving the dialogue is no failed look-up.
    if (!isZalouserError(error)) throw error;
    await prompter.note(`${showName(name)} could not be looked up: ${error.message}`, "Friends");
    return undefined;
  }
}

/** Searching ignores diacritics; deciding is left to the person who sees name and id. */
async function pick({ prompter }: Asking, name: string, friends: readonly NameHolder[]): Promise<NamedId | "nobody"> {
  const wanted = searchFold(name);
  const alike = friends.filter(({ names }) => names.some((candidate) => searchFold(candidate).includes(wanted)));
  if (alike.length === 0) {
    await prompter.note(`No friend of the account is called ${showName(name)}.`, "Friends");
    return "nobody";
  }
  const choice = await prompter.select<string>({
    message: `Whom do you mean by ${showName(name)}?`,
    options: [
      ...alike
        .slice(0, mostOffered)
        .map(({ id, names }) => ({ value: id, label: names.join(" / "), hint: `user ${id}` })),
      { value: "", label: "None of them" },
    ],
    searchable: alike.length > 8,
  });
  return choice === "" ? "nobody" : withAllNames(choice, alike);
}

/** A person may go by a name of the operator's and by one of their own; both tell whether it is the one who is meant. */
function withAllNames(id: string, holders: readonly NameHolder[]): NamedId {
  return { id, name: holders.find((holder) => holder.id === id)?.names.join(" / ") ?? id };
}

function toHolder({ userId, displayName, zaloName }: Awaited<ReturnType<typeof findFriends>>[number]): NameHolder {
  return {
    id: userId,
    names: zaloName === undefined || zaloName === displayName ? [displayName] : [displayName, zaloName],
  };
}
