import { disposedWhenInterrupted, listenForInterruption } from "../../test/demo/interruption.ts";
import { createStage } from "../../test/gateway/rig/stage.ts";

interface Inspection {
  readonly plugin: { readonly status: string };
  readonly diagnostics: readonly unknown[];
}

/** Installs the tarball into an OpenClaw without a past, as its user does; returns what is wrong, and says what was seen. */
export async function cleanHostProblems(say: (line: string) => void): Promise<string[]> {
  const stage = await disposedWhenInterrupted(listenForInterruption(), createStage);
  try {
    const installed = await stage.install("tarball", { timeoutMs: 300_000 });
    if (installed.code !== 0) return [`openclaw plugins install failed.\n${installed.stdout}${installed.stderr}`];
    say(`installed in ${(installed.durationMs / 1000).toFixed(1)} s`);
    const inspected = await stage.host.cli(["plugins", "inspect", "zalouser", "--runtime", "--json"]);
    const { plugin, diagnostics } = JSON.parse(inspected.stdout) as Inspection;
    if (plugin.status !== "loaded") return [`OpenClaw did not load it: ${plugin.status}.\n${inspected.stdout}`];
    if (diagnostics.length > 0) return [`OpenClaw objects: ${JSON.stringify(diagnostics)}`];
    const readyMs = await stage.host.gateway.start();
    say(`loaded; a gateway with it is ready after ${(readyMs / 1000).toFixed(1)} s`);
    await stage.host.gateway.stop();
    return [];
  } finally {
    await stage.dispose();
  }
}
