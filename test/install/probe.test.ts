import { cp, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "vitest";
import { packPlugin } from "../gateway/rig/pack.ts";
import { listed, plugins, run } from "./rig/commands.ts";
import { oneHome } from "./rig/home.ts";

const home = oneHome();
test("probe doctor", async () => {
  const { stage, folder } = home;
  const source = path.join(folder, "off");
  await cp(fileURLToPath(new URL("../../node_modules/official-zalouser", import.meta.url)), source, { recursive: true });
  const file = path.join(source, "package.json");
  const pkg = JSON.parse(await readFile(file, "utf8"));
  await writeFile(file, JSON.stringify({ ...pkg, version: "2026.9.6" }));
  await plugins(stage, "install", "@openclaw/zalouser", "--accept-capabilities");
  await stage.host.config.patch((config) => {
    config["channels"] = { zalouser: { enabled: true, dmPolicy: "pairing" } };
  });
  await stage.registry.publish(await packPlugin(path.join(folder, "versions"), source));
  await stage.registry.publish(stage.plugin);
  console.log("BEFORE", JSON.stringify(await listed(stage)));
  const out = await run(stage, ["doctor", "--fix", "--non-interactive"], { installs: true });
  console.log("PROBE", out.slice(0, 3000), "\nAFTER", JSON.stringify(await listed(stage)));
  console.log("VALIDATE", JSON.stringify(await stage.host.cli(["config", "validate"])));
  console.log("REQ", stage.registry.requests.join("\n"));
  console.log("UPDATE", await plugins(stage, "update", "--all", "--accept-capabilities"), JSON.stringify(await listed(stage)));
  const status = await stage.host.cli(["channels", "status"]);
  console.log("STATUS", status.stdout);
});
