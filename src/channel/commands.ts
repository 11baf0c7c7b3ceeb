import type { OpenClawPluginApi } from "openclaw/plugin-sdk/channel-core";
import { describeError } from "../errors.js";
import { resolveAccount } from "./account/accounts.js";
import { commandDescriptor } from "./command-descriptor.js";
import { deadLettersModule, explainModule, pauseModule } from "./lazy.js";

type Registrar = Parameters<OpenClawPluginApi["registerCli"]>[0];
type Program = Parameters<Registrar>[0]["program"];
type Config = Parameters<Registrar>[0]["config"];

interface Options {
  readonly account?: string;
  readonly json?: boolean;
  readonly for?: string;
}

const accountOption = ["--account <id>", "account; the default one if absent"] as const;

/** `openclaw zalouser why|pause|resume|dead-letters`. Runs in the process of the terminal, beside the gateway. */
export const registerCommands: Registrar = ({ program, config }) => {
  const own = program.command(commandDescriptor.name).description(commandDescriptor.description);
  registerWhy(own, config);
  registerPauses(own, config);
  registerDeadLetters(own, config);
};

function registerWhy(own: Program, cfg: Config): void {
  own
    .command("why [conversation]")
    .description("Say why it did not answer: a user id, group:<id>, or whatever was not answered lately")
    .option(...accountOption)
    .option("--url <url>", "gateway WebSocket URL")
    .option("--token <token>", "gateway token")
    .option("--password <password>", "gateway password")
    .option("--timeout <ms>", "how long the gateway may take", "10000")
    .action(async (conversation: string | undefined, { account, ...gateway }: Options) => {
      const { explain } = await explainModule();
      for (const line of await explain({ cfg, accountId: account, conversation, gateway })) console.log(line);
    });
}

function registerPauses(own: Program, cfg: Config): void {
  own
    .command("pause <conversation>")
    .description("Neither answer nor write to a user id or group:<id>; the running gateway follows at once")
    .option("--for <duration>", "30m, 2h or 1d; until it is resumed if absent")
    .option(...accountOption)
    .action((conversation: string, { account, for: duration }: Options) =>
      saying(async () => (await pauseModule()).pauseOnRequest({ cfg, accountId: account, conversation, duration })),
    );
  own
    .command("resume <conversation>")
    .description("Answer there again")
    .option(...accountOption)
    .action((conversation: string, { account }: Options) =>
      saying(async () => (await pauseModule()).resumeOnRequest({ cfg, accountId: account, conversation })),
    );
}

async function saying(work: () => Promise<string>): Promise<void> {
  try {
    console.log(await work());
  } catch (error) {
    console.error(describeError(error));
    process.exitCode = 1;
  }
}

function registerDeadLetters(own: Program, config: Config): void {
  const letters = own.command("dead-letters").description("Received messages that were given up on");
  const accountOf = ({ account }: Options) => resolveAccount(config, account).accountId;

  letters
    .command("list")
    .description("Show their ids, conversations and reasons; never their text")
    .option(...accountOption)
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
    .option(...accountOption)
    .action(async (ids: string[], options: Options) => {
      const { retryDeadLetters } = await deadLettersModule();
      const others = retryDeadLetters(accountOf(options), ids);
      const count = ids.length - others.length;
      if (count > 0) console.log(`${count} message(s) will be handled again by the running gateway.`);
      if (others.length === 0) return;
      console.error(`Not given up on, so not tried again: ${others.join(", ")}`);
      process.exitCode = 1;
    });
}
