import { expect, test } from "vitest";
import type { Cast } from "../rig/cast.ts";
import type { ConfigTree } from "../rig/config.ts";
import { configNoticed } from "../rig/config-noticed.ts";
import { listenerOf, successorOf } from "../rig/listening.ts";
import { record } from "../rig/recording.ts";
import type { Stage } from "../rig/stage.ts";
import { accountStatuses } from "../rig/status.ts";

export function accountJourneys(stage: () => Stage, cast: () => Cast): void {
  test("runs a second account beside the first, each on its own profile and with its own rules, people among them by name", async () => {
    const { zalo, host } = stage();
    const { assistant, work, lan, tuan, stranger } = cast();
    // As a Mac types them; the second is nobody's friend.
    const names = [tuan.displayName, stranger.displayName].map((name) => name.normalize("NFD"));
    zalo.logIn("work", work.uid);
    await host.config.patch((config) => {
      const account = { enabled: true, profile: "work", dmPolicy: "allowlist", allowFrom: names };
      const block = { enabled: true, dmPolicy: "pairing", defaultAccount: "default", accounts: { work: account } };
      config["channels"] = { zalouser: block };
    });
    await zalo.waitForListening("work", 90_000);
    await zalo.waitForListening("default", 90_000);
    expect(zalo.listenerPid("work")).not.toBe(zalo.listenerPid("default"));

    const recording = record(stage());
    zalo.say({ from: stranger.uid, to: work.uid, text: "ping-người-lạ" });
    zalo.say({ from: lan.uid, to: work.uid, text: "ping-lan-gọi-cửa-hàng" });
    zalo.say({ from: tuan.uid, to: work.uid, text: "ping-cửa-hàng 🌸" });
    zalo.say({ from: lan.uid, to: assistant.uid, text: "ping-trợ-lý" });
    const [fromWork, fromAssistant] = await Promise.all([
      recording.answer("pong: ping-cửa-hàng", 60_000),
      recording.answer("pong: ping-trợ-lý", 60_000),
    ]);
    expect(fromWork).toMatchObject({ from: work.uid, profile: "work", threadId: tuan.uid });
    expect(fromAssistant).toMatchObject({ from: assistant.uid, profile: "default", threadId: lan.uid });
    // The refused wrote first, so silence towards them is settled by the two answers.
    expect(recording.sent()).toHaveLength(2);
    expect(
      recording
        .asked()
        .map(({ everything }) => everything)
        .join("\n"),
    ).not.toMatch(/người-lạ|lan-gọi/u);

    expect(await host.log()).toContain(`stands for user ${tuan.uid}`);
    const application = (await accountStatuses(host)).get("work")?.application;
    expect(application).toMatchObject({
      names: [
        { name: tuan.displayName, state: "pinned", id: tuan.uid },
        { name: stranger.displayName, state: "unknown" },
      ],
    });
    expect(JSON.stringify(application?.["hints"])).toContain("stands for nobody");
  });

  const patch = (change: (block: ConfigTree) => void) =>
    stage().host.config.patch((config) => change((config["channels"] as { zalouser: ConfigTree }).zalouser));

  test("restarts an account alone when its program's settings change", async () => {
    const [first, second] = [listenerOf(stage(), "default"), listenerOf(stage(), "work")];
    await patch((block) => {
      const { work } = block["accounts"] as { work: ConfigTree };
      work["zcaEnv"] = ["ZALO_EXTRA"];
    });
    await successorOf(stage(), "work", second);
    expect(listenerOf(stage(), "default")).toBe(first);
  });

  test("applies a group's rules to its next message, without a new listener", async () => {
    const { huy, family } = cast();
    const { host, zalo } = stage();
    const say = (text: string) => zalo.say({ from: huy.uid, to: { group: family.groupId }, text });
    const before = listenerOf(stage(), "default");
    say("ping-chưa-hỏi-ai: nhớ mua sữa nhé");
    const since = host.gateway.output().length;
    const systemPrompt = "Trong nhóm này hãy xưng là Bé Bông 🐣.";
    await patch((block) => {
      block["groups"] = { [family.groupId]: { allow: true, requireMention: false, systemPrompt } };
    });
    await configNoticed(stage(), "channels.zalouser.groups", since);
    const recording = record(stage());
    say("ping-khỏi-nhắc-tên");
    await recording.answer("pong: ping-khỏi-nhắc-tên");
    const [asked] = recording.asked();
    expect(asked?.everything).toContain(systemPrompt);
    expect(asked?.everything).toContain("nhớ mua sữa nhé");
    const answered = host.gateway.output().length;
    await patch((block) => void delete block["groups"]);
    await configNoticed(stage(), "channels.zalouser.groups", answered);
    expect(listenerOf(stage(), "default")).toBe(before);
  });
}
