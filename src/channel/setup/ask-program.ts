import type { OpenClawConfig } from "openclaw/plugin-sdk/channel-core";
import { isZalouserError } from "../../errors.js";
import { resolveAccount } from "../account/accounts.js";
import { openZca } from "../account/zca.js";
import type { Asking } from "./configure.js";
import { withAccountSettings } from "./edit.js";

const title = "The zca program";
const gatewayToo =
  "The gateway process must find it, too; if its PATH differs, set channels.zalouser.zcaBinary to this path.";
const longPrefix = /^Zalo account "[^"]*": /u;

/** Finds the program and what it can do, or explains what is missing until it is there or the operator goes on without. */
export async function askProgram(asking: Asking): Promise<{ cfg: OpenClawConfig; isUsable: boolean }> {
  const { accountId, prompter } = asking;
  let { cfg } = asking;
  for (;;) {
    const problem = await look(cfg, asking);
    if (problem === undefined) return { cfg, isUsable: true };
    await prompter.note(problem.replace(longPrefix, ""), title);
    const answer = await prompter.select({
      message: "How do you want to go on?",
      options: [
        { value: "again", label: "I have installed it: look again" },
        { value: "path", label: "Tell where the program is" },
        { value: "later", label: "Go on without; I install it and log in later" },
      ],
      initialValue: "again",
    });
    if (answer === "later") return { cfg, isUsable: false };
    if (answer === "path") cfg = await askPath(cfg, accountId, prompter);
  }
}

/** Why the program cannot be used; asks it for its version and help, which costs no login. */
async function look(cfg: OpenClawConfig, { accountId, prompter, inBrowser }: Asking): Promise<string | undefined> {
  try {
    const zca = openZca(resolveAccount(cfg, accountId));
    const { path } = zca.binary();
    const { flavor, version, missing } = await zca.capabilities();
    const found = `${flavor === "openzca" ? "openzca" : "zca-cli"} ${version}: ${path}`;
    await prompter.note(
      [found, ...missing.map((what) => `It cannot do: ${what}.`), ...(inBrowser ? [] : [gatewayToo])].join("\n"),
      title,
    );
    return undefined;
  } catch (error) {
    if (!isZalouserError(error)) throw error;
    return error.message;
  }
}

async function askPath(cfg: OpenClawConfig, accountId: string, prompter: Asking["prompter"]): Promise<OpenClawConfig> {
  const path = await prompter.text({
    message: "Path or name of the program",
    placeholder: "/usr/local/bin/openzca",
    validate: (value) => (value.trim() === "" ? "Give a path or a name." : undefined),
  });
  return withAccountSettings(cfg, accountId, { zcaBinary: path.trim() });
}
