import type { Group, Person, World } from "../../sim/control.ts";
import type { BreakName } from "./breaks.ts";

/** Account ids are also the names of their zca profiles. */
export interface CastAccount {
  readonly accountId: string;
  readonly uid: string;
  readonly name: string;
}

export interface Cast {
  readonly accounts: readonly CastAccount[];
  /** Whoever may write directly, and the account each of them writes to. */
  readonly friends: readonly { readonly person: Person; readonly account: CastAccount }[];
  /** Groups whose mentions are answered, with all friends of their account in them. */
  readonly groups: readonly {
    readonly group: Group;
    readonly account: CastAccount;
    readonly members: readonly Person[];
  }[];
  readonly strangers: readonly Person[];
}

const names = [
  "Lan Phạm",
  "Huy Đặng",
  "Nguyễn Anh Tuấn",
  "Mỹ Duyên 🌸",
  "Trần Thị Bích Ngọc",
  "Đỗ Quang Hải",
  "constructor",
];
const groupNames = ["Gia đình 🏡", "Họp lớp 12A1", "constructor", "Chợ hoa Đà Lạt", "Xóm trọ @ Phố Huế"];

/** Fills a simulated Zalo: accounts logged in, friends spread over them, groups with mentions in mind, two strangers. */
export function createCast(
  world: World,
  size: { readonly accounts: number; readonly friends: number; readonly groups: number },
): Cast {
  const accounts = Array.from({ length: size.accounts }, (_, index): CastAccount => {
    const accountId = index === 0 ? "default" : `shop${index}`;
    const name = `Trợ lý Số ${index + 1}`;
    const { uid } = world.addAccount({ displayName: name });
    world.logIn(accountId, uid);
    return { accountId, uid, name };
  });
  const accountAt = (index: number): CastAccount => {
    const account = accounts[index % accounts.length];
    if (account === undefined) throw new Error("A cast needs an account.");
    return account;
  };
  const friends = Array.from({ length: size.friends }, (_, index) => {
    const account = accountAt(index);
    const person = world.addPerson({ displayName: `${names[index % names.length]} ${index + 1}` });
    world.befriend(account.uid, person.uid);
    return { person, account };
  });
  const groups = Array.from({ length: size.groups }, (_, index) => {
    const account = accountAt(index);
    const members = friends.filter((friend) => friend.account === account).map(({ person }) => person);
    const group = world.addGroup({
      name: `${groupNames[index % groupNames.length]}`,
      members: [account.uid, ...members.map(({ uid }) => uid)],
    });
    return { group, account, members };
  });
  const strangers = [1, 2].map((number) => world.addPerson({ displayName: `Người lạ ${number} 👤` }));
  return { accounts, friends, groups, strangers };
}

/** `channels.zalouser` for this cast: friends by id, groups on mention, a quick but real pace. */
export function channelConfig(cast: Cast, zcaBinary: string, gapMs: number = leastGapMs()): Record<string, unknown> {
  return {
    enabled: true,
    zcaBinary,
    dmPolicy: "allowlist",
    groupPolicy: "allowlist",
    defaultAccount: "default",
    rateLimit: { sameConversationMs: gapMs, otherConversationMs: gapMs, perMinute: 60 },
    accounts: Object.fromEntries(
      cast.accounts.map(({ accountId }) => [
        accountId,
        {
          allowFrom: cast.friends
            .filter(({ account }) => account.accountId === accountId)
            .map(({ person }) => person.uid),
          groups: Object.fromEntries(
            cast.groups
              .filter(({ account }) => account.accountId === accountId)
              .map(({ group }) => [group.groupId, {}]),
          ),
        },
      ]),
    ),
  };
}

/**
 * Pause between two sends, in milliseconds. Where nobody keeps it, a slow machine makes one by itself; it has to be longer
 * than that to be missed.
 */
export function leastGapMs(broken?: BreakName): number {
  return broken === "pacing" ? 5000 : 500;
}
