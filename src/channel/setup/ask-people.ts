import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";
import type { AccountConfig } from "../../config.js";
import { readListedEntry, showName } from "../../policy/index.js";
import { resolveAccount } from "../account/accounts.js";
import { CHANNEL_PATH } from "../channel-id.js";
import type { Asking } from "./configure.js";
import { withAccountSettings } from "./edit.js";
import { entryProblem, splitEntries } from "./entries.js";
import { ownPeople } from "./input.js";
import { linkedPerson } from "./linked.js";
import { lookUpPerson } from "./look-up.js";

const title = "Direct messages";

/** Who may write to the account; names become ids here, where a person can look at the answer. */
export async function askDirectMessages(asking: Asking): Promise<OpenClawConfig> {
  const { cfg, accountId, prompter } = asking;
  const account = resolveAccount(cfg, accountId);
  const { settings } = account;
  const policy = await prompter.select<NonNullable<AccountConfig["dmPolicy"]>>({
    message: "Who may write to the account?",
    options: [
      { value: "pairing", label: "Whoever you approve", hint: "strangers, friends included, are sent a code" },
      { value: "allowlist", label: "Only people you name now", hint: "nobody else hears anything" },
      { value: "open", label: "Everyone on Zalo", hint: "strangers reach the agent and its tools" },
      { value: "disabled", label: "Nobody" },
    ],
    initialValue: settings.dmPolicy ?? "pairing",
  });
  const listed = ownPeople(cfg, account).map(String);
  const named = listed.filter((entry) => !isEverybody(entry));
  if (policy === "open") {
    const message = "Anyone on Zalo can then talk to the agent and use its tools. Really open it?";
    if (!(await prompter.confirm({ message, initialValue: false }))) return askDirectMessages(asking);
    return withAccountSettings(cfg, accountId, { dmPolicy: policy, allowFrom: [...named, "*"] });
  }
  // Left behind, "*" would let everyone in under the other policies as well; and ids inherited from the root are those of
  // another account's contacts. A list that is not this account's own yet becomes so, or it would grow with the root's.
  const isOwn = account.configPath === CHANNEL_PATH || account.ownKeys.includes("allowFrom");
  const isSettled = isOwn && named.length === (settings.allowFrom ?? []).length;
  const next = withAccountSettings(cfg, accountId, { dmPolicy: policy, ...(isSettled ? {} : { allowFrom: named }) });
  if (policy !== "allowlist" && !asking.wantsPeople) return next;
  const people = await askPeople({ ...asking, cfg: next }, named);
  return withAccountSettings(next, accountId, { allowFrom: people });
}

async function askPeople(asking: Asking, before: readonly string[]): Promise<string[]> {
  const { cfg, accountId, prompter } = asking;
  for (;;) {
    const typed = await prompter.text({
      message: "People who may write: names of friends or user ids, separated by commas",
      placeholder: "Lan Phạm, 5120034498771203345",
      initialValue: before.join(", "),
      validate: (value) =>
        splitEntries(value)
          .map((entry) =>
            isEverybody(entry) ? '"*" means everyone; choose that policy instead.' : entryProblem(entry, "user"),
          )
          .find((problem) => problem !== undefined),
    });
    const entries = splitEntries(typed);
    if (entries.length === 0) {
      await prompter.note("Nobody is listed: nobody can write to the account.", title);
      return [];
    }
    const isLinked = linkedPerson(resolveAccount(cfg, accountId)) !== undefined;
    const found: string[] = [];
    const lines: string[] = [];
    for (const entry of entries) {
      const read = readListedEntry(entry, "user");
      const hit = read.kind === "name" && isLinked ? await lookUpPerson(asking, read.name) : undefined;
      if (read.kind === "id") found.push(read.id);
      else if (hit === "nobody") lines.push(`${showName(entry)}: left out`);
      else if (hit !== undefined) {
        found.push(hit.id);
        lines.push(`${showName(entry)} is ${showName(hit.name)}, user ${hit.id}`);
      } else {
        found.push(entry);
        if (read.kind === "name") lines.push(`${showName(entry)}: looked up once the account is connected`);
      }
    }
    if (lines.length > 0) await prompter.note(lines.join("\n"), title);
    if (lines.length === 0 || (await prompter.confirm({ message: "Is that right?", initialValue: true })))
      return [...new Set(found)];
  }
}

function isEverybody(entry: string): boolean {
  return readListedEntry(entry, "user").kind === "everybody";
}
