import { isDisguised, readListedEntry, showName } from "../../policy/index.js";

/** Cuts what an operator typed into entries. Names hold blanks, so only commas, semicolons and new lines part them. */
export function splitEntries(typed: string): string[] {
  return typed
    .split(/[\n,;]+/u)
    .map((entry) => entry.trim().normalize("NFC"))
    .filter((entry) => entry !== "");
}

/** What is wrong with an entry of a list of people or of groups, as a sentence; undefined when nothing is. */
export function entryProblem(entry: string, listed: "user" | "group"): string | undefined {
  const read = readListedEntry(entry, listed);
  switch (read.kind) {
    case "everybody":
      return undefined;
    case "id":
      return listed === "user" && isPhoneNumber(read.id)
        ? `${showName(entry)} looks like a phone number, which is never looked up. ${whereIds(listed)}`
        : undefined;
    case "name":
      return isDisguised(read.name)
        ? `${showName(read.name)} holds invisible characters, so it stands for nobody. ${whereIds(listed)}`
        : undefined;
    case "other":
      return entry.startsWith("accessGroup:") && listed === "user"
        ? undefined
        : `${showName(entry)} is no ${listed === "user" ? "user" : "group"} id (5 to 24 digits) and no name. ${whereIds(listed)}`;
  }
}

/** Zalo's ids are far longer than a Vietnamese phone number. */
function isPhoneNumber(digits: string): boolean {
  return /^(?:0|84)\d{9}$/u.test(digits);
}

function whereIds(listed: "user" | "group"): string {
  const rows = listed === "user" ? "peers" : "groups";
  return `\`openclaw directory ${rows} list --channel zalouser\` shows the ids.`;
}
