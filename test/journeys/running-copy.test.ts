import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { agentToolModule, chatCommandModule } from "../../src/channel/lazy.ts";
import type { chatCommand } from "../../src/channel/paused/chat-command.ts";
import { thisCopyRuns } from "../../src/channel/running-copy.ts";
import { createAccountHost, type AccountHost } from "../fakes/account-host.ts";

const lan = "5120034498771203345";

describe("a copy of the plugin that the host loaded for a turn's tools and commands", () => {
  let host: AccountHost;

  beforeEach(() => {
    host = createAccountHost();
    host.settings = { dmPolicy: "allowlist", allowFrom: [lan] };
    host.logIn();
  });

  afterEach(() => host.dispose());

  const here = () => ({ channel: "zalouser", from: lan, to: lan, accountId: "default", config: host.config() });
  const whyIn = async (copy: { readonly chatCommand: typeof chatCommand }) =>
    (await copy.chatCommand.handler({ ...here(), args: "why" } as never)).text;

  test("answers for the accounts that run in another copy", async () => {
    await host.during(async () => {
      // Loaded before the reset, after which an import of this copy would reach the other one's.
      await Promise.all([chatCommandModule(), agentToolModule()]);
      vi.resetModules();
      const copy = await import("../../src/channel/paused/chat-command.ts");
      const { createAgentTool } = await import("../../src/channel/actions/agent-tool.ts");
      // By itself it knows of no account that runs.
      expect(await whyIn(copy)).toMatch(/account "default": not running/u);
      thisCopyRuns();
      expect(await whyIn(copy)).toMatch(/account "default": connected/u);
      const tool = createAgentTool({ config: host.config(), senderIsOwner: true });
      if (tool === null || tool === undefined || !("execute" in tool)) throw new Error("No tool is offered.");
      const result = await tool.execute("1", { action: "status" }, undefined);
      expect(JSON.stringify(result)).toMatch(/connected\\?":\s*true/u);
    });
  });
});
