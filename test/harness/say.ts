import type { Said } from "./evidence-types.ts";
import type { Cast, CastAccount } from "./cast.ts";
import type { Scene } from "./scene.ts";
import { tokenOf, type TokenKind } from "./tokens.ts";

type Friend = Cast["friends"][number];
type Room = Cast["groups"][number];

/** Friends and rooms of one account. */
export function circleOf(cast: Cast, { accountId }: CastAccount): { friends: Friend[]; rooms: Room[] } {
  return {
    friends: cast.friends.filter(({ account }) => account.accountId === accountId),
    rooms: cast.groups.filter(({ account }) => account.accountId === accountId),
  };
}

interface Stage {
  readonly world: Scene["world"];
  readonly said: Said[];
}

export interface Telling {
  /** Makes the token; must be unique in a run. */
  readonly name: string;
  readonly parts?: number;
  /** Whether a listener is sure to hear it; the caller may learn that only later. Default true. */
  readonly heard?: boolean;
  readonly kind?: TokenKind;
}

/** A friend writes directly and is owed an answer. */
export function sayDirectly({ world, said }: Stage, { person, account }: Friend, telling: Telling): Said {
  const token = tokenOf("ping", telling.name, telling.parts);
  const entry = note(said, telling, {
    token,
    accountId: account.accountId,
    thread: `user:${person.uid}`,
    want: "answer",
  });
  world.say({ from: person.uid, to: account.uid, text: `Bạn ơi ${token} 🙂` });
  return entry;
}

/** The same, several times in one breath: they reach the listener in one piece. */
export function sayInOneBreath(
  { world, said }: Stage,
  { person, account }: Friend,
  tellings: readonly Telling[],
): void {
  const tokens = tellings.map((telling) => {
    const token = tokenOf("ping", telling.name, telling.parts);
    note(said, telling, { token, accountId: account.accountId, thread: `user:${person.uid}`, want: "answer" });
    return token;
  });
  world.sayAll(tokens.map((token) => ({ from: person.uid, to: account.uid, text: `Bạn ơi ${token} 🙂` })));
}

/** A member addresses the account in a group and is owed an answer; with the kind `note` it is mere talk. */
export function sayInRoom({ world, said }: Stage, { group, account, members }: Room, telling: Telling): Said {
  // Taking turns: nobody answers every answer within seconds, as only another bot would.
  const member = members[said.length % Math.max(1, members.length)];
  if (member === undefined) throw new Error("Nobody is in this group.");
  const thread = `group:${group.groupId}`;
  const { accountId } = account;
  if (telling.kind === "note") {
    const token = tokenOf("note", telling.name);
    const entry = note(said, telling, { token, accountId, thread, want: "context" });
    world.say({ from: member.uid, to: { group: group.groupId }, text: `Tối nay ăn gì ${token}?` });
    return entry;
  }
  const token = tokenOf("ping", telling.name, telling.parts);
  const entry = note(said, telling, { token, accountId, thread, want: "answer" });
  world.say({
    from: member.uid,
    to: { group: group.groupId },
    text: `@${account.name} ơi ${token}`,
    mentions: [account.uid],
  });
  return entry;
}

/** Somebody the account does not let in writes directly. */
export function sayAsStranger({ world, said }: Stage, uid: string, account: CastAccount, telling: Telling): Said {
  const token = tokenOf("spam", telling.name);
  const entry = note(said, telling, { token, accountId: account.accountId, thread: `user:${uid}`, want: "refuse" });
  world.say({ from: uid, to: account.uid, text: `/status ${token}` });
  return entry;
}

function note(said: Said[], { heard = true }: Telling, entry: Omit<Said, "atMs" | "heard">): Said {
  const complete = { ...entry, atMs: Date.now(), heard };
  said.push(complete);
  return complete;
}
