import { isZaloId } from "../../policy/index.js";

/** The person whom an entry of a list of people lets in there, or `*`. Whole ids count, never names or `user:<id>`. */
export function personOf(entry: string | number): string | undefined {
  const bare = withoutChannel(entry);
  return bare === "*" || isZaloId(bare) ? bare : undefined;
}

/** The group that an entry of `groupAllowFrom` lets in there, or `*`. */
export function groupOf(entry: string | number): string | undefined {
  const bare = withoutChannel(entry);
  return bare === "*" ? bare : /^(?:group:|g[:-])?(\d{5,24})$/iu.exec(bare)?.[1];
}

/** The group that a key of `groups` is about, or `*`. Keys are compared as they are written. */
export function groupOfKey(key: string): string | undefined {
  return key === "*" ? key : /^(?:group:|g[:-])?(\d{5,24})$/u.exec(key)?.[1];
}

/** The key of `groups` that counts for a group listed under several. */
export function keyFor(groups: Readonly<Record<string, unknown>>, id: string): string | undefined {
  return [id, `group:${id}`, `g-${id}`, `g:${id}`].find((key) => Object.hasOwn(groups, key));
}

/** The alias `ozl` is none in lists. */
function withoutChannel(entry: string | number): string {
  return String(entry)
    .trim()
    .replace(/^(?:openzalo|zlu):/iu, "")
    .trim();
}
