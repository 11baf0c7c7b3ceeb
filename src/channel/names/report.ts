import { showName, type NameAnswer, type NameKind } from "../../policy/index.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { CHANNEL_ID } from "../channel-id.js";
import { groupRuleOf } from "../groups.js";
import { answerIn, readNameBook } from "./book.js";
import { settingsById } from "./settings.js";
import { nameWishes, type NameWish } from "./wishes.js";

/** What names cost an operator to know: every entry that lets nobody in, or whose holder has changed. For status and doctor. */
export function nameHints(account: ResolvedAccount): string[] {
  const book = readNameBook(account.accountId);
  const hints = nameWishes(account).flatMap((wish) => {
    const answer = answerIn(book, wish.kind, wish.key);
    if (answer === undefined && !wish.disguised) {
      const failure = book?.listings[wish.kind].failure;
      return [describeWaiting(wish, failure?.what)];
    }
    return needsAttention(answer) ? [describeAnswer(account.accountId, wish, answer)] : [];
  });
  return [...hints, ...heldBack(account)];
}

/** A rule that closes a group must not open it by not being understood. */
function heldBack(account: ResolvedAccount): string[] {
  const { unresolvedKey } = settingsById(account);
  if (unresolvedKey === undefined) return [];
  // A group nobody listed; under some policies it is closed anyway.
  if (groupRuleOf(account, "").reason !== "group_name_unresolved") return [];
  const path = `${account.configPath}.groups`;
  return [
    `Groups without an entry by id are closed (group_name_unresolved): the rule for ${showName(unresolvedKey)} in ${path} holds a group back, and which one is not known. ${putId(account.accountId, "group")}`,
  ];
}

/** The mapping as `channels status --json` shows it. */
export function nameTable(account: ResolvedAccount) {
  const book = readNameBook(account.accountId);
  return nameWishes(account).map(({ kind, key, name, paths, disguised }) => {
    const answer = answerIn(book, kind, key);
    return {
      name: showName(name).slice(1, -1),
      kind,
      paths,
      state: disguised ? "refused" : (answer?.kind ?? "waiting"),
      ...(answer?.kind === "pinned" ? { id: answer.id } : {}),
    };
  });
}

/** Whether an answer is more than a plain hit. */
export function needsAttention(answer: NameAnswer | undefined): boolean {
  if (answer?.kind !== "pinned") return true;
  return answer.rivals.length > 0 || answer.missing === true || answer.nowCalled !== undefined;
}

/** One sentence or two: whom an entry stands for, or why for nobody, and what mends it. */
export function describeAnswer(accountId: string, wish: NameWish, answer: NameAnswer | undefined): string {
  const entry = entryOf(wish);
  if (answer === undefined)
    return wish.disguised
      ? `${entry} holds invisible characters, so it stands for nobody. ${putId(accountId, wish.kind)}`
      : describeWaiting(wish, undefined);
  switch (answer.kind) {
    case "unknown":
      return `${entry} stands for nobody: no ${whom(wish.kind)} has that name.${alike(wish.kind, answer.lookalikes)} ${putId(accountId, wish.kind)}`;
    case "ambiguous":
      return `${entry} fits ${list(wish.kind, answer.holders)}: nobody gets in by it. ${putId(accountId, wish.kind)}`;
    case "pinned": {
      const kept = `${entry} stands for ${one(wish.kind, answer.id)}`;
      const changes = changesOf(wish.kind, answer);
      return changes.length === 0
        ? `${kept}.`
        : `${kept} and keeps to it: ${changes.join("; ")}. ${putThat(answer.id)}`;
    }
  }
}

function changesOf(kind: NameKind, answer: Extract<NameAnswer, { kind: "pinned" }>): string[] {
  const { nowCalled, missing, rivals } = answer;
  return [
    ...(nowCalled === undefined ? [] : [`that ${noun(kind)} is now called ${showName(nowCalled)}`]),
    ...(missing === true ? [`that ${noun(kind)} was not in the newest list of ${plural(kind)}`] : []),
    ...(rivals.length === 0 ? [] : [`${list(kind, rivals)} has such a name now, too, and gets nothing by it`]),
  ];
}

function describeWaiting(wish: NameWish, failure: string | undefined): string {
  const why = failure === undefined ? "" : ` The list of ${plural(wish.kind)} could not be read yet: ${failure}`;
  return `${entryOf(wish)} stands for nobody yet; it is looked up once the account is connected.${why}`;
}

function entryOf({ name, paths }: NameWish): string {
  return `${showName(name)} in ${paths.join(" and ")}`;
}

function putId(accountId: string, kind: NameKind): string {
  const rows = kind === "person" ? "peers" : "groups";
  return `Put the id there, from \`openclaw directory ${rows} list --channel ${CHANNEL_ID} --account ${accountId}\`.`;
}

function putThat(id: string): string {
  return `Put ${id} there in place of the name, or remove the entry if that is no longer meant.`;
}

function alike(kind: NameKind, lookalikes: readonly { readonly id: string; readonly name: string }[]): string {
  return lookalikes.length === 0 ? "" : ` It only looks like ${list(kind, lookalikes)}.`;
}

function list(kind: NameKind, named: readonly { readonly id: string; readonly name: string }[]): string {
  return named.map(({ id, name }) => `${one(kind, id)} (${showName(name)})`).join(" and ");
}

function one(kind: NameKind, id: string): string {
  return kind === "person" ? `user ${id}` : `group ${id}`;
}

function noun(kind: NameKind): string {
  return kind === "person" ? "person" : "group";
}

function whom(kind: NameKind): string {
  return kind === "person" ? "friend" : "group of the account";
}

function plural(kind: NameKind): string {
  return kind === "person" ? "friends" : "groups";
}
