import { createHearing } from "../hearing.ts";
import type { Said } from "../evidence-types.ts";
import type { Random } from "../random.ts";
import { sayAsStranger, sayDirectly, sayInRoom } from "../say.ts";
import type { SoakHost } from "./host.ts";

export interface People {
  readonly said: readonly Said[];
  /** Everybody writes once: only conversations that are known can be read back later. */
  introduce(): void;
  /** Somebody says something, or several things. */
  speak(): void;
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

  return {
    said,
    introduce() {
      for (const friend of cast.friends)
        saying(friend.account.accountId, (stage, name) => sayDirectly(stage, friend, { name: `h${name}` }));
      for (const room of cast.groups)
        saying(room.account.accountId, (stage, name) => sayInRoom(stage, room, { name: `h${name}` }));
    },
    speak() {
      const dice = random.below(10);
      if (dice < 6) return direct();
      const room = random.pick(cast.groups);
      const { accountId } = room.account;
      if (dice < 8) return saying(accountId, (stage, name) => sayInRoom(stage, room, { name: `g${name}` }));
      if (dice < 9)
        return saying(accountId, (stage, name) => sayInRoom(stage, room, { name: `n${name}`, kind: "note" }));
      const account = random.pick(cast.accounts);
      const stranger = random.pick(cast.strangers);
      saying(account.accountId, (stage, name) => sayAsStranger(stage, stranger.uid, account, { name: `s${name}` }));
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
        overrides: random.below(2) === 0 ? { msgId, cliMsgId } : { cliMsgId },
      });
    },
  };
}
