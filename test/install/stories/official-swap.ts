import { expect, test } from "vitest";
import { logIn } from "../../gateway/journeys/first-steps.ts";
import { record } from "../../gateway/rig/recording.ts";
import type { ConfigTree } from "../../gateway/rig/config.ts";
import { waitFor } from "../../gateway/rig/wait.ts";
import { accountStatuses } from "../../gateway/rig/status.ts";
import { expectLoaded, plugins, run } from "../rig/commands.ts";
import type { Home } from "../rig/home.ts";
import {
  approveUnderOfficial,
  closeNetwork,
  officialSessions,
  openNetwork,
  saveOfficialSession,
} from "../rig/official.ts";
import { expectAnswered, expectChallenged } from "../rig/talk.ts";
import { OFFICIAL, packOfficial } from "../rig/versions.ts";

/** The other plugin of the same name and id, with a config written for it, people it let in, and its session. */
export function officialSwapStory(home: Home): void {
  const channel = async () => ((await home.stage.host.config.read())["channels"] as ConfigTree)["zalouser"];
  let written: ConfigTree;

  test("the official plugin is installed over a config written for it, loads, and has people it let in", async () => {
    const { stage, cast, folder } = home;
    const { host } = stage;
    // Ours bears OpenClaw's own number: with it in the registry, OpenClaw would fetch it for the config below.
    stage.registry.withdraw(stage.plugin.packageJson.version);
    await stage.registry.publish(await packOfficial(folder));
    written = {
      enabled: true,
      dmPolicy: "pairing",
      groups: { [cast.family.groupId]: { enabled: true } },
      groupAllowFrom: [cast.lan.uid],
    };
    await host.config.patch((config) => {
      config["channels"] = { zalouser: written };
    });
    await saveOfficialSession(stage);
    closeNetwork(stage);
    await plugins(stage, "install", `@openclaw/zalouser@${OFFICIAL}`, "--accept-capabilities");
    await run(stage, ["doctor", "--fix", "--non-interactive"]);
    await expectLoaded(stage, OFFICIAL);
    expect(officialSessions(stage)).toBe(1);
    await approveUnderOfficial(stage, cast.lan.uid);
    await host.gateway.start();
    expect((await accountStatuses(host)).size).toBeGreaterThan(0);
    await host.gateway.stop();
  });

  test("in its place this plugin lets in the same people and nobody else, in direct messages and in groups", async () => {
    const { stage, cast } = home;
    const { host, zalo } = stage;
    await stage.registry.publish(stage.plugin);
    openNetwork(stage);
    await plugins(stage, "install", "@openclaw/zalouser", "--force", "--accept-capabilities");
    expect(await channel()).toEqual(written);
    await run(stage, ["doctor", "--fix", "--non-interactive"]);
    // The policy that was in force is written down; nothing else changes.
    written = { ...written, groupPolicy: "allowlist" };
    expect(await channel()).toEqual(written);
    expect(officialSessions(stage)).toBe(1);
    // Before the login: that of the official plugin would ask the real Zalo.
    await expectLoaded(stage, stage.plugin.packageJson.version);
    await logIn(stage, cast.assistant.uid);
    await host.gateway.start();
    await zalo.waitForListening("default", 90_000);
    await expectAnswered(stage, cast, "ping-người-cũ");
    await expectChallenged(stage, cast, cast.stranger);

    const label = `@${cast.assistant.displayName}`;
    const mentions = [{ uid: cast.assistant.uid, pos: 0, len: label.length, type: 0 }];
    const recording = record(stage);
    const mention = (from: string, token: string) =>
      zalo.say({ from, to: { group: cast.family.groupId }, text: `${label} ${token}`, mentions });
    mention(cast.huy.uid, "ping-huy-trong-nhóm");
    await waitFor(
      "Huy to be turned away",
      async () => {
        const application = (await accountStatuses(host)).get("default")?.application;
        return JSON.stringify(application?.["decisions"]).includes(cast.huy.uid);
      },
      { timeoutMs: 30_000, explain: () => host.log() },
    );
    mention(cast.lan.uid, "ping-lan-trong-nhóm");
    await recording.answer("pong: ping-lan-trong-nhóm");
    expect(recording.sent().map(({ text }) => text)).toEqual(["pong: ping-lan-trong-nhóm"]);
    await host.gateway.stop();
  });

  test("the official plugin takes its place again once the settings only this one knows are taken out; those left are refused by name", async () => {
    const { stage } = home;
    const { host } = stage;
    const own = { locale: "vi", catchUp: { enabled: true } };
    const addOwn = () =>
      host.config.patch((config) => {
        (config["channels"] as ConfigTree)["zalouser"] = { ...written, ...own };
      });
    await addOwn();
    for (const key of Object.keys(own)) await run(stage, ["config", "unset", `channels.zalouser.${key}`]);
    expect(await channel()).toEqual(written);

    await stage.registry.publish(await packOfficial(home.folder));
    closeNetwork(stage);
    await plugins(stage, "install", `@openclaw/zalouser@${OFFICIAL}`, "--force", "--accept-capabilities");
    await run(stage, ["config", "validate"]);
    expect(await channel()).toEqual(written);
    await expectLoaded(stage, OFFICIAL);
    expect(officialSessions(stage)).toBe(1);
    await host.gateway.start();
    expect((await accountStatuses(host)).size).toBeGreaterThan(0);
    await host.gateway.stop();

    await addOwn();
    const refused = await host.cli(["config", "validate"]);
    expect(refused.code).toBe(1);
    for (const key of Object.keys(own)) expect(refused.stderr).toContain(`"${key}"`);
  });
}
