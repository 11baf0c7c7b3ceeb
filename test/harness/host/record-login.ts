// What `openclaw channels login` leaves when the phone has confirmed, in a process of its own as that command is:
// node test/harness/host/record-login.ts <dist> <config file> <account id> <uid> <name>
import { readFileSync } from "node:fs";
import type { OpenClawConfig } from "openclaw/plugin-sdk/config-contracts";
import { loadPlugin } from "../plugin.ts";
import { createRuntime } from "./runtime.ts";

const [dist = "", configFile = "", accountId = "", uid = "", displayName = ""] = process.argv.slice(2);
const config = JSON.parse(readFileSync(configFile, "utf8")) as OpenClawConfig;
const noTurns = () => {
  throw new Error("Nothing is dispatched here.");
};
const { channel, recordLogin } = await loadPlugin(
  dist,
  createRuntime(() => config, noTurns),
);
recordLogin(channel.config.resolveAccount(config, accountId), { uid, displayName });
process.exit(0);
