import type { AccountConfig } from "../../config.js";
import { withBlockAt, without } from "./blocks.js";
import type { Proposal } from "./proposal.js";

/** Without its rules by sender a group would allow more than before, so it is closed until somebody looks. */
export function rulesBySender(groups: unknown, path: string, key: string | undefined): Proposal[] {
  // The block is one the host refuses: nothing about its shape is certain.
  const rules = Object.entries({ ...Object(groups) }).filter(([, rule]) => typeof rule === "object" && rule !== null);
  return rules
    .filter(([, rule]) => Object.hasOwn(Object(rule), "toolsBySender"))
    .map(([id]) => {
      // In openzalo the rules of `*` hold for every group without tools of its own.
      const bare = id === "*" ? rules.filter(([other, rule]) => other !== "*" && isOpenWithoutTools(Object(rule))) : [];
      const closed = [id, ...bare.map(([other]) => other)];
      return {
        what: `${path}.groups.${id}.toolsBySender is a setting of openzalo without a counterpart: remove it and ${closing(closed)}.`,
        apply: (from) =>
          withBlockAt(from, key, (old) => {
            const changed = closed.map((other) => {
              const rule = old.groups?.[other] ?? {};
              return [other, { ...(other === id ? without(rule, "toolsBySender") : rule), allow: false }] as const;
            });
            return { ...old, groups: { ...old.groups, ...Object.fromEntries(changed) } };
          }),
      };
    });
}

function isOpenWithoutTools({ tools, allow, enabled }: NonNullable<AccountConfig["groups"]>[string]): boolean {
  return tools === undefined && allow !== false && enabled !== false;
}

function closing([id, ...others]: readonly string[]): string {
  if (others.length === 0) return "close the group (allow: false) until you have looked at its tools";
  return `close "${id}" and those without tools of their own, ${others.join(", ")} (allow: false), until you have looked at their tools`;
}
