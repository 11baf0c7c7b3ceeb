import { ZalouserError } from "../../errors.js";
import { isZaloId, parseTarget } from "../../policy/index.js";
import { memberInfo } from "../../zca/index.js";
import type { ResolvedAccount } from "../account/accounts.js";
import { openZca } from "../account/zca.js";
import { friends, groupMembers } from "../operate/directory.js";
import { standingRefusal } from "../outbound/refused-session.js";
import type { ActionContext } from "./params.js";

type Cfg = ActionContext["cfg"];

/** A person as the directory shows one. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly handle?: string | undefined;
}

/** The id of a person that is given by id or by name. Digits are an id and are not looked up. */
export async function personId(
  cfg: Cfg,
  account: ResolvedAccount,
  given: string,
  groupId: string | undefined,
): Promise<string> {
  return idIn(given) ?? (await personByName(cfg, account, given, groupId)).id;
}

/** A member of the group, or a friend where there is none, by id or name. */
export async function listedPerson(
  cfg: Cfg,
  account: ResolvedAccount,
  given: string,
  groupId: string | undefined,
): Promise<Person> {
  const id = idIn(given);
  if (id === undefined) return personByName(cfg, account, given, groupId);
  const listed = (await listOf(cfg, account.accountId, groupId)).find((person) => person.id === id);
  if (listed !== undefined) return listed;
  const what = `No ${groupId === undefined ? "friend" : "member of the group"} has the id ${id}.`;
  throw new ZalouserError("PERSON_UNKNOWN", what, { accountId: account.accountId });
}

/** The same, or whom else Zalo knows by the id. */
export async function personOf(
  cfg: Cfg,
  account: ResolvedAccount,
  given: string,
  groupId: string | undefined,
): Promise<Person> {
  const { accountId } = account;
  const id = idIn(given);
  if (id === undefined) return personByName(cfg, account, given, groupId);
  const listed = (await listOf(cfg, accountId, groupId)).find((person) => person.id === id);
  if (listed !== undefined) return listed;
  const refusal = standingRefusal(account);
  if (refusal !== undefined) throw refusal;
  const found = await memberInfo(openZca(account), id);
  if (found === undefined) throw new ZalouserError("PERSON_UNKNOWN", `Zalo knows nobody by ${id}.`, { accountId });
  return { id, name: found.displayName, ...(found.zaloName === undefined ? {} : { handle: found.zaloName }) };
}

/** Exactly one person of this very name; diacritics count, letter case does not. */
async function personByName(
  cfg: Cfg,
  { accountId }: ResolvedAccount,
  given: string,
  groupId: string | undefined,
): Promise<Person> {
  const wanted = folded(given.replace(/^@/u, ""));
  const found = (await listOf(cfg, accountId, groupId)).filter(({ name, handle }) =>
    [name, handle ?? name].some((one) => folded(one) === wanted),
  );
  const [person, another] = found;
  const shown = given.slice(0, 60);
  const where = groupId === undefined ? "friend" : "member of the group";
  if (person === undefined)
    throw new ZalouserError("PERSON_UNKNOWN", `No ${where} is called "${shown}".`, { accountId });
  if (another === undefined) return person;
  const ids = found.map(({ id }) => id).join(", ");
  throw new ZalouserError("PERSON_AMBIGUOUS", `More than one ${where} is called "${shown}": ${ids}.`, { accountId });
}

function listOf(cfg: Cfg, accountId: string, groupId: string | undefined): Promise<readonly Person[]> {
  return groupId === undefined ? friends(cfg, accountId) : groupMembers(cfg, accountId, groupId);
}

function idIn(given: string): string | undefined {
  if (isZaloId(given)) return given;
  const target = parseTarget(given);
  return "error" in target || target.kind === "group" ? undefined : target.id;
}

function folded(name: string): string {
  return name.normalize("NFC").toLowerCase().replaceAll(/\s+/gu, " ").trim();
}
