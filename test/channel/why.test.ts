import { describe, expect, test } from "vitest";
import { factsFrom, type AccountFacts } from "../../src/channel/operate/facts.ts";
import { keptSends } from "../../src/channel/outbound/kept-sends.ts";
import { why } from "../../src/channel/operate/why.ts";

const lan = "5120034498771203345";
const family = "7044519283300761122";
const at = (minute: number) => Date.UTC(2026, 10, 23, 8, minute);

const letIn = (minute: number, threadId: string = lan) => ({
  atMs: at(minute),
  threadId,
  senderId: lan,
  result: "admitted",
  reason: "dm_policy_allowlisted",
});
const sent = (minute: number, to: string) => ({ atMs: at(minute), to, result: "sent", out: 1, parts: 1 });

function facts(application: object, account: object = {}): AccountFacts {
  const row = { accountId: "cua-hang", running: true, connected: true, ...account, application };
  const [found] = factsFrom({ channelAccounts: { zalouser: [row] } }, "zalouser");
  if (found === undefined) throw new Error("These are no facts.");
  return found;
}

const said = (application: object, account?: object, about?: string) =>
  why(facts(application, account), about, at(59)).join("\n");

describe("asked why nothing was answered", () => {
  test("an account that answered all says among how many, not that everything that came was answered", () => {
    const text = said({
      inbound: 2,
      decisions: [letIn(1), letIn(2, family)],
      recentSends: [sent(3, `user:${lan}`), sent(3, `group:${family}`)],
    });
    expect(text).toContain("Nothing was refused and nothing failed among the last 2 message(s) and 2 answer(s).");
    expect(text).not.toContain("everything");
    expect(text).not.toContain("nothing was sent");
  });

  test("messages that were let in and got nothing are counted, with their conversations", () => {
    const text = said({
      inbound: 4,
      decisions: [letIn(1), letIn(3), letIn(4, family), letIn(5, family)],
      recentSends: [sent(2, `user:${lan}`)],
    });
    expect(text).toContain("After 3 message(s) that were let in nothing was sent yet");
    expect(text).toContain(`user:${lan}, group:${family}`);
    expect(text).toContain("openclaw logs");
  });

  test("the same is said of the one conversation that is asked about", () => {
    const application = { inbound: 2, decisions: [letIn(1), letIn(2, family)], recentSends: [sent(3, `user:${lan}`)] };
    expect(said(application, {}, `group:${family}`)).toContain("After 1 message(s) that were let in nothing was sent");
    expect(said(application, {}, lan)).not.toContain("nothing was sent");
  });

  test("a message of the last minute is left to the agent: the question may be one itself", () => {
    expect(said({ inbound: 1, decisions: [letIn(59)], recentSends: [] })).not.toContain("nothing was sent");
  });

  test("a message from before the oldest answer that is remembered is not held against the account", () => {
    const recentSends = Array.from({ length: keptSends }, (_, index) => sent(10 + index, `group:${family}`));
    expect(said({ inbound: 1, decisions: [letIn(1)], recentSends })).not.toContain("nothing was sent");
  });

  test.each([
    ["is not connected", { connected: false }],
    ["does not run", { running: false, connected: false }],
    ["is switched off", { enabled: false }],
  ])("an account that %s says nothing that reassures", (_what, account) => {
    const text = said({ inbound: 1, decisions: [letIn(1)], recentSends: [sent(2, `user:${lan}`)] }, account);
    expect(text).not.toContain("Nothing was refused");
    expect(text).toContain("What was written while it did not listen is not known here");
  });

  test("an account that is switched off names both places that may have done it", () => {
    const text = said({}, { enabled: false, running: false, connected: false });
    expect(text).toContain("channels.zalouser.enabled or channels.zalouser.accounts.cua-hang.enabled");
  });

  test("an account that heard nothing since the gateway started says that, and no more", () => {
    const text = said({ inbound: 0 });
    expect(text).toContain("Nothing at all was heard since the gateway started.");
    expect(text).not.toContain("Nothing was refused");
  });
});
