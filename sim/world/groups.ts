import { exclusively, readJson, writeJson } from "./disk.ts";
import type { Layout } from "./layout.ts";
import { emptyWorld } from "./people.ts";
import type { Group } from "./records.ts";

/** Edits one group in place; one that does not exist stays away. */
export function changeGroup(layout: Layout, groupId: string, edit: (group: Group) => Group): void {
  exclusively(layout, () => {
    const data = readJson(layout.world, emptyWorld);
    const groups = data.groups.map((group) => (group.groupId === groupId ? edit(group) : group));
    writeJson(layout.world, { ...data, groups });
  });
}
