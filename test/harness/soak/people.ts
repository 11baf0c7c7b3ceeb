import type { CastAccount } from "../cast.ts";
import { deliveredIn } from "../evidence.ts";
import { createHearing } from "../hearing.ts";
import type { Said } from "../evidence-types.ts";
import type { Random } from "../random.ts";
import { circleOf, sayAsStranger, sayDirectly, sayInOneBreath, sayInRoom } from "../say.ts";
import { partsIn } from "../tokens.ts";
import type { SoakHost } from "./host.ts";

export interface People {
  readonly said: readonly Said[];
  /**
   * Everybody writes: only conversations that are known can be read back later. One of each account's friends is in a hurry,
   * and to each account comes a stranger.
   */
  introduce(): void;
  /** Somebody says something, or several things. */
  speak(): void;
  /** A friend writes directly and is owed an answer. */
  ask(): void;
  /** How many of the messages of the last minute have no answer yet. */
  waiting(): number;
  /** Makes up its mind about what was said a while ago; call it often. */
  observe(): void;
  /** Zalo delivers something once more that it has delivered already. */
  repeat(): void;
}

/** Everybody who writes during a soak, by a seed. */
export function createPeople(host: SoakHost, random: Random): People {
  const { world, cast } = host;
  const said: Said[] = [];
  const sent: { readonly said: Said; readonly msgId: string; readonly cliMsgId: string }[] = [];
  const hearing = createHearing(world, () => host.pid(), said);
  let count = 0;
  let repeats = 0;

  function saying(accountId: string, say: (stage: { world: typeof world; said: Said[] }, name: string) => void): void {
    count += 1;
    const index = said.length;
    const remembered = {
      ...world,
      say(saying: Parameters<typeof world.say>[0]) {
        const ids = world.say(saying);
        const entry = said[index];
        if (entry?.want === "answer" && typeof saying.to === "string") sent.push({ said: entry, ...ids });
        return ids;
      },
    };
    hearing.during(accountId, () => say({ world: remembered, said }, String(count)));
  }

  function direct(): void {
    const friend = random.pick(cast.friends);
    const parts = random.below(10) === 0 ? 2 + random.below(2) : 1;
    saying(friend.account.accountId, (stage, name) => sayDirectly(stage, friend, { name: `d${name}`, parts }));
    // "alo" – "bạn ơi" – one turn or several, as fast as they come.
    if (random.below(4) > 0) return;
    saying(friend.account.accountId, (stage, name) => sayDirectly(stage, friend, { name: `d${name}` }));
  }

  function stranger(account: CastAccount): void {
    const { uid } = random.pick(cast.strangers);
    saying(account.accountId, (stage, name) => sayAsStranger(stage, uid, account, { name: `s${name}` }));
  }

  return {
    said,
    introduce() {
      for (const friend of cast.friends)
        saying(friend.account.accountId, (stage, name) => sayDirectly(stage, friend, { name: `h${name}` }));
      for (const room of cast.groups)
        saying(room.account.accountId, (stage, name) => sayInRoom(stage, room, { name: `h${name}` }));
      for (const account of cast.accounts) {
        const { accountId } = account;
        const [friend] = circleOf(cast, account).friends;
        if (friend !== undefined) {
          saying(accountId, (stage, name) =>
            sayInOneBreath(stage, friend, [{ name: `h${name}a` }, { name: `h${name}b` }, { name: `h${name}c` }]),
          );
        }
        stranger(account);
      }
    },
    speak() {
      const dice = random.below(10);
      if (dice < 6) return direct();
      const room = random.pick(cast.groups);
      const { accountId } = room.account;
      if (dice < 8) return saying(accountId, (stage, name) => sayInRoom(stage, room, { name: `g${name}` }));
      if (dice < 9)
        return saying(accountId, (stage, name) => sayInRoom(stage, room, { name: `n${name}`, kind: "note" }));
      stranger(random.pick(cast.accounts));
    },
    ask: direct,
    waiting() {
      const answered = new Set(
        deliveredIn(world).flatMap(({ text }) => partsIn(text).flatMap(({ answer }) => answer.split("+"))),
      );
      // What has none after a minute may be waiting for somebody who logs in; that must not silence everybody.
      const sinceMs = Date.now() - 60_000;
      return said.filter(({ want, token, atMs }) => want === "answer" && atMs > sinceMs && !answered.has(token)).length;
    },
    observe: () => hearing.observe(),
    repeat() {
      if (sent.length === 0) return;
      const { said: entry, msgId, cliMsgId } = random.pick(sent.slice(-30));
      const friend = cast.friends.find(({ person }) => `user:${person.uid}` === entry.thread);
      if (friend === undefined) return;
      world.say({
        from: friend.person.uid,
        to: friend.account.uid,
        text: `Bạn ơi ${entry.token} 🙂`,
        // Under another message id every other time, as Zalo has been seen to do.
        overrides: (repeats += 1) % 2 === 0 ? { msgId, cliMsgId } : { cliMsgId },
      });
    },
  };
}
