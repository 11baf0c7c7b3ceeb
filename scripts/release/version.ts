/**
 * Compares versions as OpenClaw orders them: as npm does, but a number alone behind the dash is a correction and comes
 * after what it corrects. Build metadata does not count. Throws for what is no version.
 */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [parsed(left), parsed(right)];
  for (const index of [0, 1, 2]) {
    const difference = (a.numbers[index] ?? 0) - (b.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  if (a.correction !== b.correction) return a.correction - b.correction;
  if (a.pre.length === 0 || b.pre.length === 0) return b.pre.length - a.pre.length;
  for (let index = 0; index < Math.max(a.pre.length, b.pre.length); index += 1) {
    const difference = comparePart(a.pre[index], b.pre[index]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function comparePart(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return (a === undefined ? 0 : 1) - (b === undefined ? 0 : 1);
  const [x, y] = [Number(a), Number(b)];
  const areNumbers = [/^\d+$/u.test(a), /^\d+$/u.test(b)];
  if (areNumbers[0] && areNumbers[1]) return x - y;
  // Numbers come before words.
  if (areNumbers[0] !== areNumbers[1]) return areNumbers[0] ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

interface Parsed {
  readonly numbers: readonly number[];
  readonly pre: readonly string[];
  /** 0 where it corrects nothing. */
  readonly correction: number;
}

function parsed(version: string): Parsed {
  const match = /^(\d+)\.(\d+)\.(\d+)(?:-([\dA-Za-z.-]+))?(?:\+[\dA-Za-z.-]+)?$/u.exec(version);
  if (match === null) throw new Error(`"${version}" is no version such as 1.2.3.`);
  const numbers = match.slice(1, 4).map(Number);
  const behind = match[4] ?? "";
  if (/^[1-9]\d*$/u.test(behind)) return { numbers, pre: [], correction: Number(behind) };
  return { numbers, pre: behind === "" ? [] : behind.split("."), correction: 0 };
}

export interface KnownVersions {
  /** Of git tags, with or without a `v`. */
  readonly tags: readonly string[];
  /** What the registry has. */
  readonly published: readonly string[];
}

/** What keeps this version from being released after those that are known. */
export function versionProblems(version: string, { tags, published }: KnownVersions): string[] {
  const isVersion = (tag: string) => /^\d+\.\d+\.\d+/u.test(tag);
  const tagged = tags.map((tag) => tag.replace(/^v/u, "")).filter(isVersion);
  return [...problemAgainst(version, tagged, "tagged"), ...problemAgainst(version, published, "published")];
}

function problemAgainst(version: string, known: readonly string[], word: string): string[] {
  const newest = [...known].sort(compareVersions).at(-1);
  if (newest === undefined || compareVersions(version, newest) > 0) return [];
  return [`${version} does not come after ${newest}, which is ${word} already. ${howToRaise(newest)}`];
}

/** A doctor of that OpenClaw replaces what bears another number, as long as the registry has its own. */
export function numberProblems(version: string, openclaw: string): string[] {
  const { numbers } = parsed(openclaw);
  const fits = parsed(version).numbers.every((number, index) => number === numbers[index]);
  if (fits && parsed(version).pre.length === 0) return [];
  const what = `${version} does not bear the number of OpenClaw ${openclaw}, which it is tested with`;
  return [`${what}: \`openclaw doctor --fix\` would replace it. ${howToRaise(openclaw)}`];
}

function howToRaise(version: string): string {
  const { numbers, correction } = parsed(version);
  const next = `${numbers.join(".")}-${correction + 1}`;
  return `Raise it, to ${next} for a correction: npm version ${next} --no-git-tag-version, then npm run manifest.`;
}
