import { builtDist } from "../../test/harness/breaks.ts";
import { sayDirectly } from "../../test/harness/say.ts";
import { createScene } from "../../test/harness/scene.ts";
import type { Row } from "../row.ts";

/** Every call of `zca` while turns are answered in one to three messages each, the listener aside. */
export const calls: Row = {
  name: "calls",
  async run({ quick }) {
    const scene = createScene({ dist: builtDist, seed: 1, size: { accounts: 1, friends: 6, groups: 1 } });
    try {
      await scene.begin();
      await scene.logIn();
      await scene.listening();
      // What an account asks once, at its first start, is no part of a turn.
      await tell(scene, "start", 1);
      const before = { calls: callsOf(scene), messages: messagesOf(scene) };
      const turns = quick ? 6 : 18;
      for (let turn = 0; turn < turns; turn += 1) await tell(scene, `turn${turn}`, 1 + (turn % 3));
      const chunks = messagesOf(scene) - before.messages;
      if (chunks <= turns) throw new Error(`${turns} turns brought ${chunks} messages; some should have had several.`);
      return [
        {
          name: "zca calls for each message of a text turn",
          unit: "calls",
          samples: [(callsOf(scene) - before.calls) / chunks],
          bar: { of: "value", at: "most", limit: 1 },
        },
      ];
    } finally {
      await scene.dispose();
    }
  },
};

type Scene = ReturnType<typeof createScene>;

async function tell(scene: Scene, name: string, parts: number): Promise<void> {
  const friend = scene.cast.friends[scene.said.length % scene.cast.friends.length];
  if (friend === undefined) throw new Error("Nobody is there to write.");
  sayDirectly(scene, friend, { name, parts });
  if (!(await scene.quiet(60_000))) throw new Error(`"${name}" was not answered.`);
}

const callsOf = ({ world }: Scene) => world.journal().filter(({ command }) => command !== "listen").length;

const messagesOf = ({ world, cast }: Scene) =>
  world.messages().filter(({ from }) => cast.accounts.some(({ uid }) => uid === from)).length;
