import { agentToolModule, chatCommandModule } from "./lazy.js";

/** What a conversation can ask of the plugin beside the channel itself. */
interface Copy {
  readonly runChatCommand: (
    ...args: Parameters<Awaited<ReturnType<typeof chatCommandModule>>["runChatCommand"]>
  ) => Promise<string>;
  readonly runAgentTool: Awaited<ReturnType<typeof agentToolModule>>["runAgentTool"];
}

const slot = Symbol.for("openclaw.plugin.zalouser.running-copy");
const shared = globalThis as typeof globalThis & { [slot]?: Copy };

const own: Copy = {
  runChatCommand: async (context) => (await chatCommandModule()).runChatCommand(context),
  runAgentTool: async (...args) => (await agentToolModule()).runAgentTool(...args),
};

/** Said where accounts start: listeners, queues and records are in this copy from now on. */
export function thisCopyRuns(): void {
  shared[slot] = own;
}

/**
 * The host evaluates a plugin's modules anew for each registry it fills, and after a change of the config takes tools and
 * commands from such a copy. Asked there, an account would be "not running", and its calls would pass a second queue.
 */
export function runningCopy(): Copy {
  return shared[slot] ?? own;
}
