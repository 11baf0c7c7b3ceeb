/** A section of the changelog: `## 1.2.3 (2026-11-23)`; the date is missing while it is being written. */
export interface Section {
  /** What stands before the date, which may be no version. */
  readonly version: string;
  readonly date: string | undefined;
  readonly body: string;
}

export function sectionsOf(changelog: string): Section[] {
  const headings = [...changelog.matchAll(/^##[ \t]+(.+?)(?: \((.*)\))?[ \t]*$/gmu)];
  return headings.map((heading, index) => ({
    version: heading[1] ?? "",
    date: heading[2],
    body: changelog.slice(heading.index + heading[0].length, headings[index + 1]?.index).trim(),
  }));
}

/** What is wrong with the changelog for a release of this version; nothing when it is ready. */
export function changelogProblems(changelog: string, version: string, today: string): string[] {
  const [newest, ...older] = sectionsOf(changelog);
  const example = `"## ${version} (${today})"`;
  if (newest?.version !== version) {
    const isThere = older.some((section) => section.version === version);
    const where = isThere ? `stands below "${newest?.version}"` : "is missing";
    return [`The section of ${version} ${where} in CHANGELOG.md. Put ${example} on top.`];
  }
  const { date, body } = newest;
  const problems: string[] = [];
  if (date === undefined) problems.push(`The section of ${version} has no date. Write ${example}.`);
  else if (!isDay(date)) problems.push(`"${date}" in the section of ${version} is no date. Write ${example}.`);
  else if (date > today) problems.push(`The section of ${version} is dated ${date}, and today is ${today}.`);
  if (!/^- \S/mu.test(body))
    problems.push(`The section of ${version} says nothing. Add a line for each change a user notices.`);
  return problems;
}

/** The day it is here, as the changelog writes it: in Vietnam a morning is still yesterday by the clock of Greenwich. */
export function dayOf(date: Date): string {
  const [month, day] = [date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, "0"));
  return `${date.getFullYear()}-${month}-${day}`;
}

function isDay(date: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/u.test(date)) return false;
  const parsed = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date);
}
