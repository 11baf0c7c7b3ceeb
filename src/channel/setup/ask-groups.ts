import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";
import type { AccountConfig } from "../../config.js";
import { isZalouserError } from "../../errors.js";
import { effectiveGroupPolicy, type NameHolder, readListedEntry } from "../../policy/index.js";
import { resolveAccount, type ResolvedAccount } from "../account/accounts.js";
import { settingsById } from "../names/settings.js";
import { listHolders } from "../operate/directory.js";
import type { Asking } from "./configure.js";
import { withAccountSettings } from "./edit.js";
import { entryProblem, splitEntries } from "./entries.js";
import { linkedPerson } from "./linked.js";
import { waiting } from "./waiting.js";

type Groups = NonNullable<AccountConfig["groups"]>;
type Group = Groups[string];

const title = "Groups";

/** Which groups may talk to the account; the list is picked by name and kept by id. */
export async function askGroups(asking: Asking): Promise<OpenClawConfig> {
  const { cfg, accountId, prompter } = asking;
  const account = resolveAccount(cfg, accountId);
  const policy = await prompter.select<NonNullable<AccountConfig["groupPolicy"]>>({
    message: "Which groups may talk to the account?",
    options: [
      { value: "open", label: "Every group", hint: "anyone in a group who mentions the account reaches the agent" },
      { value: "allowlist", label: "Only groups you name now" },
      { value: "disabled", label: "None" },
    ],
    initialValue: effectiveGroupPolicy(account).policy,
  });
  const next = withAccountSettings(cfg, accountId, { groupPolicy: policy });
  if (policy !== "allowlist") return next;
  const before = await withoutWildcard(prompter, byId(account));
  const listed = await readList({ ...asking, cfg: next });
  const groups = listed === undefined ? await typeGroups(prompter, before) : await pickGroups(prompter, before, listed);
  if (Object.keys(groups).length === 0) await prompter.note("No group is listed: no group gets in.", title);
  return withAccountSettings(next, accountId, { groups });
}

/** Under an allowlist `*` would let every group in, which nobody means who picks some. */
async function withoutWildcard(prompter: Asking["prompter"], groups: Groups): Promise<Groups> {
  if (!Object.hasOwn(groups, "*")) return groups;
  const message = 'The list has "*", which lets every group in. Take it out?';
  if (!(await prompter.confirm({ message, initialValue: true }))) return groups;
  return Object.fromEntries(Object.entries(groups).filter(([key]) => key !== "*"));
}

/** The groups of the account by name; undefined when nobody can tell them now. */
async function readList({ cfg, accountId, prompter, commit }: Asking): Promise<NameHolder[] | undefined> {
  if (linkedPerson(resolveAccount(cfg, accountId)) === undefined) return undefined;
  await commit();
  try {
    return await waiting(prompter, "Reading the groups of the account", () =>
      listHolders(cfg, accountId, "group", AbortSignal.timeout(120_000)),
    );
  } catch (error) {
    if (!isZalouserError(error)) throw error;
    await prompter.note(`The groups could not be read: ${error.message}`, title);
    return undefined;
  }
}

async function pickGroups(
  prompter: Asking["prompter"],
  before: Groups,
  listed: readonly NameHolder[],
): Promise<Groups> {
  if (listed.length === 0) {
    await prompter.note("The account is in no group.", title);
    return before;
  }
  const offered = new Set(listed.map(({ id }) => id));
  const chosen = await prompter.multiselect<string>({
    message: "Groups that may talk to the account",
    options: listed.map(({ id, names }) => ({ value: id, label: names.join(" / "), hint: `group ${id}` })),
    initialValues: [...offered].filter((id) => isOpen(before, id)),
    searchable: listed.length > 8,
  });
  // What the list does not show (a group Zalo left out, a name) was not asked about and stays.
  const kept = Object.entries(before).filter(([key]) => !offered.has(key) || !isOpen(before, key));
  return withOpened(before, kept, chosen);
}

async function typeGroups(prompter: Asking["prompter"], before: Groups): Promise<Groups> {
  const typed = await prompter.text({
    message: "Ids or names of the groups, separated by commas",
    placeholder: "Gia đình, 7044519283300761303",
    initialValue: Object.keys(before)
      .filter((key) => isOpen(before, key))
      .join(", "),
    validate: (value) =>
      splitEntries(value)
        .map((entry) => entryProblem(entry, "group"))
        .find((problem) => problem !== undefined),
  });
  const chosen = splitEntries(typed).map((entry) => {
    const read = readListedEntry(entry, "group");
    return read.kind === "id" ? read.id : entry;
  });
  return withOpened(
    before,
    Object.entries(before).filter(([key]) => !isOpen(before, key)),
    chosen,
  );
}

/** The rules by id wherever it is known; what a name stands for twice stays a name. */
function byId(account: ResolvedAccount): Groups {
  const ids = new Map<string, string[]>();
  for (const [id, typed] of settingsById(account).typedKeys) ids.set(typed, [...(ids.get(typed) ?? []), id]);
  const keyOf = (typed: string) => {
    const [id, ...others] = ids.get(typed) ?? [];
    return id === undefined || others.length > 0 ? typed : id;
  };
  return Object.fromEntries(Object.entries(account.settings.groups ?? {}).map(([key, entry]) => [keyOf(key), entry]));
}

function isOpen(groups: Groups, key: string): boolean {
  const entry = Object.hasOwn(groups, key) ? groups[key] : undefined;
  return entry !== undefined && entry.allow !== false && entry.enabled !== false;
}

function withOpened(before: Groups, kept: readonly (readonly [string, Group])[], chosen: readonly string[]): Groups {
  return Object.fromEntries([...kept, ...chosen.map((key) => [key, opened(before, key)] as const)]);
}

/** The rule of a group as it was, except that it no longer closes it. */
function opened(before: Groups, key: string): Group {
  const { allow: _allow, enabled: _enabled, ...rest } = Object.hasOwn(before, key) ? (before[key] ?? {}) : {};
  return { ...rest, allow: true };
}
