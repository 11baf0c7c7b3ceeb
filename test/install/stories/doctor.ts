import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { expectLoaded, listed, plugins, run } from "../rig/commands.ts";
import type { Home } from "../rig/home.ts";
import { PREVIOUS, packAs, packOfficial, packPrevious } from "../rig/versions.ts";

const doctor = (home: Home) => run(home.stage, ["doctor", "--fix", "--non-interactive"], { installs: true });

/** Told apart from the official plugin, whose name it has: by what it depends on. */
async function expectOurs(home: Home, version: string): Promise<void> {
  await expectLoaded(home.stage, version);
  const source = (await listed(home.stage))?.source ?? "";
  const folder = source.slice(0, source.lastIndexOf(`${path.sep}dist${path.sep}`));
  const { dependencies } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
  expect(Object.keys(dependencies), source).toContain("execa");
}

/**
 * `openclaw doctor --fix` wants the version with OpenClaw's own number of every plugin installed under an official name,
 * and takes it from the registry. So ours bear that number, and corrections of it a "-1" behind.
 */
export function doctorByNameStory(home: Home): void {
  test("a doctor leaves the version of this OpenClaw alone, whatever else the registry has", async () => {
    const { stage, folder } = home;
    await stage.registry.publish(await packOfficial(folder));
    await stage.registry.publish(stage.plugin);
    await plugins(stage, "install", "@openclaw/zalouser", "--accept-capabilities");
    await stage.host.config.patch((config) => {
      config["channels"] = { zalouser: { enabled: true } };
    });
    await doctor(home);
    await expectOurs(home, stage.plugin.packageJson.version);
  });

  test("an update takes a correction, and a doctor leaves it", async () => {
    const { stage, folder } = home;
    const correction = `${stage.plugin.packageJson.version}-1`;
    await stage.registry.publish(await packAs(correction, stage.plugin, folder));
    await plugins(stage, "update", "@openclaw/zalouser", "--accept-capabilities");
    await expectOurs(home, correction);
    await doctor(home);
    await expectOurs(home, correction);
  });

  test("a doctor brings the version of this OpenClaw over an older one, also over one asked for by its number", async () => {
    const { stage, folder } = home;
    await stage.registry.publish(await packPrevious(stage.plugin, folder));
    await stage.registry.publish(stage.plugin);
    await plugins(stage, "install", `@openclaw/zalouser@${PREVIOUS}`, "--force", "--accept-capabilities");
    await expectOurs(home, PREVIOUS);
    await doctor(home);
    await expectOurs(home, stage.plugin.packageJson.version);
  });
}

/** As long as the name holds the official plugin in the registry. */
export function doctorTarballStory(home: Home): void {
  test("a doctor leaves what came from a tarball alone, also when the registry has another plugin of OpenClaw's number", async () => {
    const { stage, folder } = home;
    const { version } = stage.plugin.packageJson;
    await stage.registry.publish(await packAs(version, await packOfficial(folder), folder));
    await plugins(stage, "install", stage.plugin.tarball, "--force", "--accept-capabilities");
    await stage.host.config.patch((config) => {
      config["channels"] = { zalouser: { enabled: true } };
    });
    await doctor(home);
    await expectOurs(home, version);
  });
}
