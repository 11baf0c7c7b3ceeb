// A process of the plugin that somebody kills: it listens, sends or logs in as it is told and says each step. Environment and
// program are those of the test.
import { argv, stdout } from "node:process";
import { runFromSources } from "../memory/source-hooks.ts";

runFromSources();
const { resolveAccount } = await import("../../src/channel/account/accounts.ts");
const { openAccountState } = await import("../../src/channel/account/state.ts");
const { openZca } = await import("../../src/channel/account/zca.ts");
const { login, sendText, startListener } = await import("../../src/zca/index.ts");

const [, , program = "", task = "", threadId = "", text = ""] = argv;
const account = resolveAccount({ channels: { zalouser: { zcaBinary: program } } }, "default");
const zca = openZca(account);
const say = (what: string) => stdout.write(`${what}\n`);

switch (task) {
  case "listen":
    startListener(zca, {
      onLine: (line) => line.kind === "lifecycle" && line.event === "connected" && say("connected"),
    });
    break;
  case "send":
    await zca.capabilities();
    void sendText(zca, { threadId, isGroup: false, text, raw: true });
    say("sending");
    break;
  case "login": {
    const { folder } = openAccountState("default");
    void login({ zca, lockDir: folder, qrDir: folder, onEvent: ({ kind }) => say(kind), record: () => undefined });
    break;
  }
}
setInterval(() => {}, 60_000);
