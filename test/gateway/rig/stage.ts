import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { World } from "../../../sim/control.ts";
import { createHost, type CliOptions, type Host } from "./host.ts";
import { createModel, type Model } from "./model.ts";
import { packPlugin, type PackedPlugin } from "./pack.ts";
import type { ProgramResult } from "./program.ts";
import { createRegistry, type Registry } from "./registry.ts";
import { createZalo } from "./zalo.ts";

export interface Stage {
  readonly host: Host;
  readonly model: Model;
  readonly zalo: World;
  readonly plugin: PackedPlugin;
  /** Serves the packed plugin under its name. */
  readonly registry: Registry;
  /** `openclaw plugins install`: by name from the loopback registry, or the tarball itself. */
  install(from: "name" | "tarball", options?: CliOptions): Promise<ProgramResult>;
  dispose(): Promise<void>;
}

export interface StageOptions {
  /** Leaves the folders behind for a look. */
  readonly keep?: boolean;
  /** Folder of the built package; this repository by default. */
  readonly source?: string | undefined;
}

/** A real host, a simulated Zalo, a scripted model and the packed plugin; nothing is installed or started yet. */
export async function createStage({ keep = false, source }: StageOptions = {}): Promise<Stage> {
  const root = await mkdtemp(path.join(tmpdir(), "zalouser-"));
  const plugin = await packPlugin(path.join(root, "package"), source);
  const [registry, model] = await Promise.all([createRegistry(plugin), createModel()]);
  const host = await createHost({
    root: path.join(root, "host"),
    modelUrl: model.url,
    scopeRegistry: registry.url,
    keep: true,
  });
  return {
    host,
    model,
    zalo: createZalo(host),
    plugin,
    registry,
    install(from, options = {}) {
      const what = from === "name" ? ["@openclaw/zalouser"] : [plugin.tarball, "--force"];
      return host.cli(["plugins", "install", ...what, "--accept-capabilities"], { ...options, installs: true });
    },
    async dispose() {
      await host.dispose();
      await Promise.all([registry.close(), model.close()]);
      if (!keep) await rm(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
