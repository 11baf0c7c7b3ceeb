import { exclusively, readJson, writeJson } from "../world/disk.ts";
import type { Layout } from "../world/layout.ts";
import { changeGroup } from "../world/groups.ts";
import { emptyWorld } from "../world/people.ts";
import type { Group, Person, WorldData } from "../world/records.ts";

export interface PersonDraft {
  readonly displayName: string;
  /** 19 digits; made up when absent. */
  readonly uid?: string;
  readonly zaloName?: string;
  readonly phone?: string;
}

export interface GroupDraft {
  readonly name: string;
  /** Uids; the first is the owner. */
  readonly members: readonly string[];
  readonly groupId?: string;
  readonly adminIds?: readonly string[];
}

export interface Population {
  addPerson(draft: PersonDraft): Person;
  /** The same as a person; the name says whose phone a profile is. */
  addAccount(draft: PersonDraft): Person;
  befriend(uid: string, other: string): void;
  addGroup(draft: GroupDraft): Group;
  renamePerson(uid: string, displayName: string): void;
  renameGroup(groupId: string, name: string): void;
  people(): readonly Person[];
  groups(): readonly Group[];
}

const firstUid = 5_120_034_498_771_200_000n;
const firstGroup = 7_044_519_283_300_760_000n;

export function createPopulation(layout: Layout): Population {
  const read = () => readJson(layout.world, emptyWorld);
  const change = <T>(edit: (data: WorldData) => { data: WorldData; result: T }): T =>
    exclusively(layout, () => {
      const { data, result } = edit(read());
      writeJson(layout.world, data);
      return result;
    });
  const addPerson = (draft: PersonDraft) =>
    change((data) => {
      const number = data.people.length + 1;
      const person: Person = {
        uid: draft.uid ?? String(firstUid + BigInt(number) * 1117n),
        displayName: draft.displayName,
        zaloName: draft.zaloName ?? draft.displayName,
        phone: draft.phone ?? `09${String(10_000_000 + number * 37)}`,
      };
      if (data.people.some(({ uid }) => uid === person.uid))
        throw new Error(`There is a person ${person.uid} already.`);
      return { data: { ...data, people: [...data.people, person] }, result: person };
    });
  return {
    addPerson,
    addAccount: addPerson,
    befriend: (uid, other) =>
      change((data) => ({ data: { ...data, friendships: [...data.friendships, [uid, other]] }, result: undefined })),
    addGroup: (draft) =>
      change((data) => {
        const creatorId = draft.members[0] ?? "";
        const group: Group = {
          groupId: draft.groupId ?? String(firstGroup + BigInt(data.groups.length + 1) * 1303n),
          name: draft.name,
          members: draft.members,
          creatorId,
          adminIds: draft.adminIds ?? [],
        };
        return { data: { ...data, groups: [...data.groups, group] }, result: group };
      }),
    renamePerson: (uid, displayName) =>
      change((data) => ({
        data: {
          ...data,
          people: data.people.map((person) => (person.uid === uid ? { ...person, displayName } : person)),
        },
        result: undefined,
      })),
    renameGroup: (groupId, name) => changeGroup(layout, groupId, (group) => ({ ...group, name })),
    people: () => read().people,
    groups: () => read().groups,
  };
}
