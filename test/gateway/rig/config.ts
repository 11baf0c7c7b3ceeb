import { readFile, rename, writeFile } from "node:fs/promises";
import type { HostFolders } from "./environment.ts";

/** An OpenClaw config as plain JSON. */
export interface ConfigTree {
  [key: string]: unknown;
}

export interface ConfigFile {
  read(): Promise<ConfigTree>;
  /** Reads, lets `change` edit the tree in place, and replaces the file in one step. A running gateway picks it up. */
  patch(change: (config: ConfigTree) => void): Promise<void>;
}

export function createConfigFile(file: string): ConfigFile {
  const read = async (): Promise<ConfigTree> => JSON.parse(await readFile(file, "utf8"));
  return {
    read,
    async patch(change) {
      const config = await read();
      change(config);
      await writeFile(`${file}.next`, JSON.stringify(config, undefined, 2), { mode: 0o600 });
      await rename(`${file}.next`, file);
    },
  };
}

/** A host that knows no channel yet: loopback gateway, the local model, everything that calls home turned off. */
export function baseConfig(
  folders: HostFolders,
  secrets: { token: string; port: number; modelUrl?: string },
): ConfigTree {
  return {
    gateway: { mode: "local", bind: "loopback", port: secrets.port, auth: { mode: "token", token: secrets.token } },
    logging: { file: folders.logFile },
    update: { checkOnStart: false },
    telemetry: { enabled: false },
    agents: {
      defaults: {
        workspace: folders.workspace,
        skipBootstrap: true,
        heartbeat: { every: "0m" },
        ...(secrets.modelUrl ? { model: { primary: "local/toy" } } : {}),
      },
    },
    // The model is to have the tools themselves, not the search that the host puts before them for a local one.
    tools: { toolSearch: false },
    models: {
      mode: "merge",
      catalogRefresh: { enabled: false },
      ...(secrets.modelUrl ? { providers: { local: provider(secrets.modelUrl) } } : {}),
    },
  };
}

function provider(baseUrl: string): ConfigTree {
  const cost = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  const model = {
    id: "toy",
    name: "Toy",
    reasoning: false,
    input: ["text"],
    cost,
    contextWindow: 128_000,
    maxTokens: 8192,
  };
  return { baseUrl, apiKey: "unused", api: "openai-completions", models: [model] };
}
