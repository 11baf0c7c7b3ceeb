import type { Group, Person } from "./world/records.ts";

/** A friend as the server lists one (contract 6.4). */
export function friendRow(person: Person) {
  return {
    userId: person.uid,
    username: "",
    displayName: person.displayName,
    zaloName: person.zaloName,
    avatar: avatarOf(person.uid),
    gender: 0,
    phoneNumber: person.phone,
    isFr: 1,
    isBlocked: 0,
    isActive: 0,
    lastActionTime: 1_795_327_000_000,
    accountStatus: 0,
  };
}

/** A group as the server lists one (contract 6.5). */
export function groupRow(group: Group) {
  return {
    groupId: group.groupId,
    name: group.name,
    desc: "",
    type: 1,
    creatorId: group.creatorId,
    avt: "",
    adminIds: group.adminIds,
    memVerList: group.members.map((uid) => `${uid}_0`),
    totalMember: group.members.length,
    maxMember: 1000,
    setting: {
      blockName: 0,
      signAdminMsg: 1,
      setTopicOnly: 0,
      enableMsgHistory: 1,
      joinAppr: 0,
      lockCreatePost: 0,
      lockCreatePoll: 0,
      lockSendMsg: 0,
      lockViewMember: 0,
    },
    createdTime: 1_780_000_000_000,
  };
}

/** A member as `group members` lists one. */
export function memberRow(person: Person) {
  return {
    userId: person.uid,
    displayName: person.displayName,
    zaloName: person.zaloName,
    avatar: avatarOf(person.uid),
    accountStatus: 0,
  };
}

export function avatarOf(uid: string): string {
  return `https://avatar.example/${uid}.jpg`;
}
