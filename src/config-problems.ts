import { accountConfigSchema, channelConfigSchema, type AccountConfig } from "./config.js";

/** One thing wrong with a config that its JSON schema cannot say. */
export interface ConfigProblem {
  /** Dotted config path, e.g. `channels.zalouser.allowFrom[0]`. */
  readonly path: string;
  readonly message: string;
}

/** What zca accepts as a profile name. */
const PROFILE_NAME = /^[A-Za-z0-9_-]+$/;

/** Checks one account's own block (or the channel root): shape first, then what the shape cannot say. */
export function findConfigProblems(block: unknown, path: string): ConfigProblem[] {
  const shape = path.includes(".accounts.") ? accountConfigSchema : channelConfigSchema;
  const parsed = shape.safeParse(block);
  if (!parsed.success) {
    return parsed.error.issues.map((issue) => ({
      path: joinPath(path, issue.path),
      message: `is not valid: ${issue.message}`,
    }));
  }
  const config: AccountConfig = parsed.data;
  return [
    ...roundedIds(config.allowFrom, `${path}.allowFrom`),
    ...roundedIds(config.groupAllowFrom, `${path}.groupAllowFrom`),
    ...Object.entries(config.groups ?? {}).flatMap(([key, { allowFrom }]) =>
      roundedIds(allowFrom, `${path}.groups.${key}.allowFrom`),
    ),
    ...profileProblems(config.profile, `${path}.profile`),
    ...receiptProblems(config.receipts, `${path}.receipts`),
  ];
}

/** An id above 2^53 written as a number has already lost digits when we see it: never guess which person was meant. */
function roundedIds(entries: AccountConfig["allowFrom"], path: string): ConfigProblem[] {
  return (entries ?? []).flatMap((entry, index) =>
    typeof entry === "number" && !(Number.isSafeInteger(entry) && entry >= 0)
      ? [{ path: `${path}[${index}]`, message: "is a number that JSON cannot hold exactly; write the id in quotes" }]
      : [],
  );
}

function profileProblems(profile: string | undefined, path: string): ConfigProblem[] {
  if (profile === undefined || PROFILE_NAME.test(profile)) return [];
  const found = profile.trim() === "" ? "is empty" : "has characters zca does not accept";
  return [{ path, message: `${found}; use letters, digits, "-" and "_" only` }];
}

/** Better refused than a wish that nothing can grant: who waits for receipts would look for the fault elsewhere. */
function receiptProblems(receipts: boolean | undefined, path: string): ConfigProblem[] {
  if (receipts !== true) return [];
  return [{ path, message: "cannot be true: zca has no command that marks messages as delivered or seen" }];
}

function joinPath(base: string, rest: readonly PropertyKey[]): string {
  return rest.reduce<string>(
    (path, key) => (typeof key === "number" ? `${path}[${key}]` : `${path}.${String(key)}`),
    base,
  );
}
