import { readJson } from "./disk.ts";
import type { Layout } from "./layout.ts";
import type { Group, Person, WorldData } from "./records.ts";

export interface People {
  find(uid: string): Person | undefined;
  group(groupId: string): Group | undefined;
  friendsOf(uid: string): Person[];
  groupsOf(uid: string): Group[];
  everybody(): readonly Person[];
}

export const emptyWorld: WorldData = { people: [], friendships: [], groups: [] };

export function readPeople(layout: Layout): People {
  const data = readJson(layout.world, emptyWorld);
  const byUid = new Map(data.people.map((person) => [person.uid, person]));
  const byGroup = new Map(data.groups.map((group) => [group.groupId, group]));
  return {
    find: (uid) => byUid.get(uid),
    group: (groupId) => byGroup.get(groupId),
    friendsOf: (uid) =>
      data.friendships.flatMap((pair) => {
        if (!pair.includes(uid)) return [];
        const friend = byUid.get(pair[0] === uid ? pair[1] : pair[0]);
        return friend === undefined ? [] : [friend];
      }),
    groupsOf: (uid) => data.groups.filter((group) => group.members.includes(uid)),
    everybody: () => data.people,
  };
}
