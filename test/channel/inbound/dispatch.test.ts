import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { decide } from "../../../src/channel/inbound/decide.ts";
import { dispatch, type TurnLifecycle } from "../../../src/channel/inbound/dispatch.ts";
import { rememberSkipped } from "../../../src/channel/inbound/skipped.ts";
import { toTurnMessage } from "../../../src/channel/inbound/turn-message.ts";
import type { InboundMessage } from "../../../src/zca/index.ts";
import { family, huy, lan, notingHost, type NotingHost } from "./rig.ts";

let folder: string;
let rig: NotingHost;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "zalouser-lượt-"));
  vi.stubEnv("OPENCLAW_STATE_DIR", folder);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  rig = notingHost({ groupPolicy: "open", groups: { [family]: { requireMention: true, allow: true } } });
});

function said(text: string, more: Partial<InboundMessage> = {}): InboundMessage {
  return {
    eventKey: text,
    altKeys: [],
    threadId: family,
    isGroup: true,
    senderId: lan,
    senderName: "Lan Phạm",
    text,
    atMs: 1_795_327_700_456,
    msgType: "webchat",
    mentions: [],
    media: [],
    raw: {},
    ...more,
  };
}

const abandoned = vi.fn();
const lifecycle = (): TurnLifecycle => ({
  abortSignal: new AbortController().signal,
  onAdopted: async () => {},
  onAbandoned: abandoned,
});

/** Says something to the account in the group, which hands it to the host. */
async function ask(...lines: readonly [InboundMessage, ...InboundMessage[]]): Promise<void> {
  const message = toTurnMessage(lines);
  const decision = await decide(rig.run, message);
  if (decision.kind !== "admitted") throw new Error(`It was not admitted: ${decision.kind}`);
  await dispatch(rig.run, message, decision, lifecycle());
}

async function chat(text: string): Promise<void> {
  const message = toTurnMessage([said(text, { senderId: huy, senderName: "Huy Đặng" })]);
  const decision = await decide(rig.run, message);
  if (decision.kind !== "context") throw new Error(`It should be context: ${decision.kind}`);
  rememberSkipped(rig.run, message, decision.route);
}

const contexts = () => rig.given.map(({ message }) => (message.inboundHistory ?? []).map(({ body }) => body));

describe("what was said before a turn and nobody had to answer", () => {
  test("comes with the next turn, and with that one only", async () => {
    await chat("tối nay ăn gì?");
    await ask(said("@Trợ lý gợi ý đi"));
    await ask(said("@Trợ lý cảm ơn"));
    expect(contexts()).toEqual([["tối nay ăn gì?"], []]);
    expect(rig.given[0]?.message.body).toContain("Huy Đặng: tối nay ăn gì?");
  });

  test("comes again with a turn that failed before the host had it, before what was said since", async () => {
    await chat("tối nay ăn gì?");
    rig.host = async () => {
      await chat("phở nhé");
      throw new Error("session store is busy");
    };
    await expect(ask(said("@Trợ lý gợi ý đi"))).rejects.toThrowError("busy");
    rig.host = async (_turn, turn) => turn.onAdopted();
    await ask(said("@Trợ lý gợi ý đi"));
    expect(contexts()).toEqual([["tối nay ăn gì?"], ["tối nay ăn gì?", "phở nhé"]]);
  });

  test("comes again with a turn the host kept in its queue and then let go of", async () => {
    await chat("tối nay ăn gì?");
    rig.host = async (_turn, turn) => turn.onAbandoned?.();
    await ask(said("@Trợ lý gợi ý đi"));
    expect(abandoned).toHaveBeenCalledOnce();
    await ask(said("@Trợ lý gợi ý đi"));
    expect(contexts()).toEqual([["tối nay ăn gì?"], ["tối nay ăn gì?"]]);
  });

  test("is told once when a turn fails that the host had", async () => {
    await chat("tối nay ăn gì?");
    rig.host = async (_turn, turn) => {
      await turn.onAdopted();
      throw new Error("the model is away");
    };
    await expect(ask(said("@Trợ lý gợi ý đi"))).rejects.toThrowError("away");
    rig.host = async () => {};
    await ask(said("@Trợ lý còn đó không?"));
    expect(contexts()).toEqual([["tối nay ăn gì?"], []]);
  });
});

test.each([
  ["the first line", 0],
  ["a later line", 1],
])("what a burst answers to is told to the agent, also when %s quotes it", async (_name, at) => {
  const quote = { messageId: "6921045577310", text: "họp lúc 9h 🙂", senderId: huy, senderName: "Huy Đặng" };
  const quoting = (index: number) => (index === at ? { quote } : {});
  await ask(said("@Trợ lý này", quoting(0)), said("cái này nghĩa là gì?", quoting(1)));
  expect(rig.given[0]?.extra).toMatchObject({ ReplyToBody: "họp lúc 9h 🙂", ReplyToId: "6921045577310" });
});

test("of two quotes in a burst the newer one is what it answers to", async () => {
  const quote = (text: string) => ({ quote: { messageId: text, text, senderId: huy, senderName: "Huy Đặng" } });
  await ask(said("@Trợ lý này", quote("cũ")), said("à không, cái này", quote("mới")));
  expect(rig.given[0]?.extra.ReplyToBody).toBe("mới");
});
