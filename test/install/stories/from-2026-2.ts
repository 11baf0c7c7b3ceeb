import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import type { ConfigTree } from "../../gateway/rig/config.ts";
import { record } from "../../gateway/rig/recording.ts";
import { expectLoaded, plugins, run } from "../rig/commands.ts";
import type { Home } from "../rig/home.ts";
import { treasures } from "../rig/state.ts";
import { expectAnswered, expectChallenged } from "../rig/talk.ts";

/** What the plugin of February 2026 left: its config, OpenClaw's files of that time, a login in openzca's folder. */
export function from2026Story(home: Home): void {
  test("after the plugin of 2026.2 the login and the approvals hold, and nobody new gets in", async () => {
    const { stage, cast } = home;
    const { host, zalo } = stage;
    const groups = { [cast.family.groupId]: { allow: true } };
    await host.config.patch((config) => {
      config["channels"] = { zalouser: { enabled: true, dmPolicy: "pairing", groups } };
      config["plugins"] = { entries: { zalouser: { enabled: true } } };
    });
    const credentials = path.join(host.folders.state, "credentials");
    await mkdir(credentials, { recursive: true, mode: 0o700 });
    const save = (name: string, content: object) =>
      writeFile(path.join(credentials, name), JSON.stringify({ version: 1, ...content }), { mode: 0o600 });
    await save("zalouser-allowFrom.json", { allowFrom: [cast.lan.uid] });
    await save("zalouser-pairing.json", { requests: [] });
    zalo.logIn("default", cast.assistant.uid);

    await plugins(stage, "install", "@openclaw/zalouser", "--force", "--accept-capabilities");
    await run(stage, ["doctor", "--fix", "--non-interactive"]);
    const channel = ((await host.config.read())["channels"] as ConfigTree)["zalouser"];
    expect(channel).toEqual({ enabled: true, dmPolicy: "pairing", groupPolicy: "allowlist", groups });
    await run(stage, ["config", "validate"]);
    await host.gateway.start();
    await zalo.waitForListening("default", 90_000);
    await expectLoaded(stage, stage.plugin.packageJson.version);
    await expectAnswered(stage, cast, "ping-người-của-tháng-hai");
    await expectChallenged(stage, cast, cast.stranger);
    expect(await treasures(stage)).toMatchObject({
      login: cast.assistant.uid,
      approved: [{ account_id: "default", entry: cast.lan.uid }],
    });

    const other = zalo.addGroup({ name: "Nhóm lạ", members: [cast.assistant.uid, cast.lan.uid, cast.huy.uid] });
    const label = `@${cast.assistant.displayName}`;
    const mentions = [{ uid: cast.assistant.uid, pos: 0, len: label.length, type: 0 }];
    const recording = record(stage);
    zalo.say({ from: cast.lan.uid, to: { group: other.groupId }, text: `${label} ping-nhóm-lạ`, mentions });
    zalo.say({ from: cast.huy.uid, to: { group: cast.family.groupId }, text: `${label} ping-nhóm-nhà`, mentions });
    await recording.answer("pong: ping-nhóm-nhà");
    expect(recording.sent().map(({ text }) => text)).toEqual(["pong: ping-nhóm-nhà"]);
  });
}
