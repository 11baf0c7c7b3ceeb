import { describe, expect, test } from "vitest";
import type { Cast } from "../rig/cast.ts";
import type { ConfigTree } from "../rig/config.ts";
import { configNoticed } from "../rig/config-noticed.ts";
import { listenerOf, successorOf } from "../rig/listening.ts";
import type { Stage } from "../rig/stage.ts";
import { waitFor } from "../rig/wait.ts";
import { actionJourneys } from "./actions.ts";
import { mediaJourneys } from "./media.ts";
import { pauseJourneys } from "./pauses.ts";

/** What goes beyond text and admission, for an owner whose agent has its tools. */
export function fullyEquippedJourneys(stage: () => Stage, cast: () => Cast): void {
  const evictions = () =>
    stage()
      .zalo.journal()
      .flatMap(({ evicted }) => evicted ?? []);
  let before: { readonly evicted: number; readonly listener: number };

  test("typing and the ack reaction are switched on without a new listener", async () => {
    before = { evicted: evictions().length, listener: listenerOf(stage(), "default") };
    const since = stage().host.gateway.output().length;
    await stage().host.config.patch((config) => {
      config["messages"] = { ackReactionScope: "direct" };
      const { zalouser } = config["channels"] as { zalouser: ConfigTree };
      // Some of these minutes see more than the usual twenty messages; what waits for the budget is tested elsewhere.
      Object.assign(zalouser, { typing: true, ackReaction: "❤️", rateLimit: { perMinute: 60 } });
    });
    await configNoticed(stage(), "channels.zalouser", since);
  });

  describe("media", () => mediaJourneys(stage, cast));
  describe("actions", () => actionJourneys(stage, cast));
  describe("pauses", () => pauseJourneys(stage, cast));

  test("all of it went beside the running listener", () => {
    expect(listenerOf(stage(), "default")).toBe(before.listener);
    expect(evictions()).toHaveLength(before.evicted);
  });

  test("the log file has each decision and send with fields of its own, and no text", async () => {
    const lines = (await stage().host.log()).split("\n").filter((line) => line.includes("channels/zalouser"));
    const records = lines.flatMap((line): { "1"?: unknown }[] => (line.startsWith("{") ? [JSON.parse(line)] : []));
    const fields = records.map((record) => record["1"]);
    const thread = cast().lan.uid;
    expect(fields).toContainEqual(
      expect.objectContaining({ accountId: "default", result: "admitted", threadId: thread }),
    );
    expect(fields).toContainEqual(expect.objectContaining({ to: `user:${thread}`, result: "sent", out: 1, parts: 1 }));
    expect(lines.join("\n")).not.toContain("ping-album");
  });

  test("receipts are refused with the reason, and the account runs again without them", async () => {
    const { host } = stage();
    const patch = (change: (block: ConfigTree) => void) =>
      host.config.patch((config) => change((config["channels"] as { zalouser: ConfigTree }).zalouser));
    const words = "zca has no command that marks messages as delivered or seen";
    await patch((block) => void (block["receipts"] = true));
    await waitFor("the refusal", async () => (await host.log()).includes(words), { timeoutMs: 60_000 });
    expect(JSON.stringify(await host.gateway.call("channels.status", {}))).toContain(words);
    await patch((block) => {
      for (const key of ["receipts", "typing", "ackReaction", "rateLimit"]) delete block[key];
    });
    await successorOf(stage(), "default", before.listener);
  });
}
