import { describe, expect, test } from "vitest";
import type { ServerMessage, World } from "../../sim/control.ts";
import { createPlayer, type Machine } from "../../sim/scenario/play.ts";
import { namesOf } from "../../sim/scenario/stage.ts";

const lan = "5120034498771203345";
const names = namesOf("1", "Trợ lý", new Map([["lan", lan]]), new Set());
const machine: Machine = {
  kill: async () => {},
  restart: async () => {},
  loggedIn: async () => {},
  isQuiet: async () => false,
};
const player = (world: Partial<World>) => createPlayer(world as World, names, machine);

describe("a step", () => {
  test.each(["kill", "restart"] as const)("that waits for a listener after a %s waits for a new one", async (doing) => {
    let pid = 7;
    const play = player({ isListening: () => true, listenerPid: () => pid });
    const listener = (withinMs: number) => play({ do: "wait-for", what: "listener", withinMs });
    await listener(0);
    await play(doing === "kill" ? { do: "kill", what: "host" } : { do: "restart" });
    await expect(listener(0)).rejects.toThrowError("Within 0 s the account did not listen.");
    const waiting = listener(60_000);
    pid = 8;
    await waiting;
  });

  test("that waits in vain says for what", async () => {
    const own = { threadId: lan, text: "một" } as ServerMessage;
    const play = player({ messages: () => [own] });
    await expect(play({ do: "wait-for-answer", to: "lan", text: "một", withinMs: 0 })).rejects.toThrowError(
      'Within 0 s no message with "một" was sent to lan.',
    );
    await expect(play({ do: "wait-for", what: "quiet", withinMs: 0 })).rejects.toThrowError(/did not become quiet/u);
  });

  test("that speaks in somebody who is no group, or as nobody, is refused by name", async () => {
    const play = player({});
    await expect(play({ do: "say", from: "lan", in: "lan", text: "alo" })).rejects.toThrowError('no group "lan"');
    await expect(play({ do: "say", from: "huy", text: "alo" })).rejects.toThrowError(/nobody called "huy".*lan/u);
  });
});
