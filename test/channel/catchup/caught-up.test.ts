import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { AccountRun } from "../../../src/channel/inbound/account-run.ts";
import { decide, type Admitted } from "../../../src/channel/inbound/decide.ts";
import { dispatch } from "../../../src/channel/inbound/dispatch.ts";
import { rememberSkipped } from "../../../src/channel/inbound/skipped.ts";
import { toTurnMessage } from "../../../src/channel/inbound/turn-message.ts";
import { dropReasons } from "../../../src/policy/index.ts";
import type { InboundMessage } from "../../../src/zca/index.ts";
import { hostRun } from "../../fakes/host.ts";

const me = "3300912847765512008";
const lan = "5120034498771203345";
const huy = "8891200345671123490";
const family = "7044519283300761122";
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "zalouser-caught-up-"));
  vi.stubEnv("OPENCLAW_STATE_DIR", folder);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const row = (more: Partial<InboundMessage> = {}): InboundMessage => ({
  eventKey: "k",
  altKeys: [],
  messageId: "6921045577310",
  threadId: lan,
  isGroup: false,
  senderId: lan,
  senderName: "Lan Phạm",
  text: "mai họp lúc 9h nhé 🙂",
  atMs: 1_795_327_700_456,
  msgType: "webchat",
  mentions: [],
  media: [],
  raw: {},
  caughtUp: { contextOnly: false },
  ...more,
});
const inGroup = (text: string, more: Partial<InboundMessage> = {}) =>
  row({ threadId: family, isGroup: true, senderId: huy, text, ...more });
const runOf = (zalouser: object) => hostRun({ channels: { zalouser } }, { ownId: me, ownName: "Trợ lý" });
const verdict = async (zalouser: object, ...lines: [InboundMessage, ...InboundMessage[]]) => {
  const decision = await decide(runOf(zalouser), toTurnMessage(lines));
  return decision.kind === "admitted" || decision.kind === "challenge"
    ? decision.kind
    : `${decision.kind} ${decision.reason}`;
};

describe("a message that was read back", () => {
  test("of an allowed person is answered, unless the owner did it", async () => {
    const settings = { dmPolicy: "allowlist", allowFrom: [lan] };
    expect(await verdict(settings, row())).toBe("admitted");
    expect(await verdict(settings, row({ caughtUp: { contextOnly: true } }))).toBe("context owner_answered");
  });

  test("of a stranger is dropped: neither an answer nor a pairing code", async () => {
    expect(await verdict({ dmPolicy: "pairing" }, row())).toBe("drop caught_up_stranger");
    expect(await verdict({ dmPolicy: "pairing" }, row({ caughtUp: { contextOnly: true } }))).toBe(
      "drop caught_up_stranger",
    );
    expect(await verdict({ dmPolicy: "allowlist", allowFrom: [huy] }, row())).toBe("drop dm_policy_not_allowlisted");
    expect(dropReasons.caught_up_stranger.setting).toBe("dmPolicy");
  });

  test.each([
    ["@Trợ lý tóm tắt giúp", "admitted"],
    ["nhờ @TRỢ LÝ nhé".normalize("NFD"), "admitted"],
    ["Trợ lý ơi", "context not_addressed"],
    ["@Trợ lýnh", "context not_addressed"],
    ["chuyện nhà mình", "context not_addressed"],
  ])("in a group counts as addressed only with @ and the account's name: %j", async (text, expected) => {
    expect(await verdict({ groupPolicy: "open" }, inGroup(text))).toBe(expected);
    const everything = { groupPolicy: "open", groups: { "*": { requireMention: false } } };
    expect(await verdict(everything, inGroup(text))).toBe(expected);
  });

  test("never gets further than a live one", async () => {
    expect(await verdict({ groupPolicy: "disabled" }, inGroup("@Trợ lý ơi"))).toBe("drop group_policy_disabled");
    expect(await verdict({ dmPolicy: "disabled", allowFrom: [lan] }, row())).toBe("drop dm_policy_disabled");
  });
});

describe("what the owner answered", () => {
  /** A run whose host only notes what it is given. */
  const noting = () => {
    const given: { message: { body: string; rawBody: string }; from: string }[] = [];
    const run = runOf({ dmPolicy: "allowlist", allowFrom: [lan, huy] });
    const inbound = {
      ...run.core.channel.inbound,
      buildContext: (context: (typeof given)[number]) => given.push(context),
      dispatch: async () => {},
    };
    const core = { ...run.core, channel: { ...run.core.channel, inbound } } as unknown as AccountRun["core"];
    return { run: { ...run, core }, given };
  };
  const lifecycle = { abortSignal: new AbortController().signal, onAdopted: async () => {} } as unknown as Parameters<
    typeof dispatch
  >[3];
  const admittedBy = async (run: AccountRun, message: InboundMessage): Promise<Admitted> => {
    const decision = await decide(run, toTurnMessage([message]));
    if (decision.kind !== "admitted") throw new Error(`It was not admitted: ${decision.kind}`);
    return decision;
  };

  test("is told to the agent with the next turn of that person, once, and with nobody else's", async () => {
    const { run, given } = noting();
    const earlier = row({ text: "mấy giờ họp?", caughtUp: { contextOnly: true } });
    const decision = await decide(run, toTurnMessage([earlier]));
    if (decision.kind !== "context") throw new Error("It should be context.");
    rememberSkipped(run, toTurnMessage([earlier]), decision.route);
    const turn = async (message: InboundMessage) =>
      dispatch(run, toTurnMessage([message]), await admittedBy(run, message), lifecycle);
    await turn(row({ threadId: huy, senderId: huy, text: "chào" }));
    await turn(row({ text: "nhớ mang tài liệu" }));
    await turn(row({ text: "cảm ơn" }));
    expect(given.map(({ message }) => message.body.includes("mấy giờ họp?"))).toEqual([false, true, false]);
    expect(given[1]?.message.rawBody).toBe("nhớ mang tài liệu");
  });
});
