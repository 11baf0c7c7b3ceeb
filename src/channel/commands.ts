import type { OpenClawPluginApi } from "openclaw/plugin-sdk/channel-core";
import { resolveAccount } from "./account/accounts.js";
import { commandDescriptor } from "./command-descriptor.js";
import { deadLettersModule } from "./lazy.js";

type Registrar = Parameters<OpenClawPluginApi["registerCli"]>[0];

interface Options {
  readonly account?: string;
  readonly json?: boolean;
}

/** `openclaw zalouser dead-letters list|retry`. Runs in the process of the terminal, beside the gateway. */
export const registerCommands: Registrar = ({ program, config }) => {
  const letters = program
    .command(commandDescriptor.name)
    .description(commandDescriptor.description)
    .command("dead-letters")
    .description("Received messages that were given up on");
  const accountOf = ({ account }: Options) => resolveAccount(config, account).accountId;

  letters
    .command("list")
    .description("Show their ids, conversations and reasons; never their text")
    .option("--account <id>", "account; the default one if absent")
    .option("--json", "print JSON")
    .action(async (options: Options) => {
      const { listDeadLetters } = await deadLettersModule();
      const found = listDeadLetters(accountOf(options));
      if (options.json === true) return console.log(JSON.stringify(found, null, 2));
      if (found.length === 0) return console.log("No received message was given up on.");
      for (const { id, conversation, at, reason, attempts } of found)
        console.log(`${id}  ${at}  ${conversation}  ${reason}, ${attempts} failed attempt(s)`);
    });

  letters
    .command("retry <ids...>")
    .description("Let the gateway handle them again")
    .option("--account <id>", "account; the default one if absent")
    .action(async (ids: string[], options: Options) => {
      const { retryDeadLetters } = await deadLettersModule();
      const others = retryDeadLetters(accountOf(options), ids);
      const count = ids.length - others.length;
      if (count > 0) console.log(`${count} message(s) will be handled again by the running gateway.`);
      if (others.length === 0) return;
      console.error(`Not given up on, so not tried again: ${others.join(", ")}`);
      process.exitCode = 1;
    });
};
