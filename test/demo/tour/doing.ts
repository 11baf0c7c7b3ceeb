import { configNoticed } from "../../gateway/rig/config-noticed.ts";
import type { ConfigTree } from "../../gateway/rig/config.ts";
import type { Person } from "../../../sim/control.ts";
import type { CliOptions } from "../../gateway/rig/host.ts";
import type { ProgramResult } from "../../gateway/rig/program.ts";
import type { Scene } from "../steps.ts";

interface Shown extends CliOptions {
  /** Keeps long output to ourselves. */
  readonly quiet?: boolean;
}

type Ran = ProgramResult & {
  /** Both outputs without the boxes drawn around long lines, so that a sentence is one again. */
  readonly text: string;
};

/** Runs an `openclaw` command for all to see. */
export async function openclaw(
  { stage, narrator }: Scene,
  args: readonly string[],
  { quiet = false, ...options }: Shown = {},
): Promise<Ran> {
  narrator.say(`$ ${typed(args)}`);
  const shown = quiet ? {} : { onOutput: narrator.quote };
  return ran(await narrator.during("running it", () => stage.host.cli(args, { ...shown, ...options })));
}

/** Two commands that only read, side by side: each spends most of its time starting. */
export async function openclawBoth(
  { stage, narrator }: Scene,
  commands: readonly [readonly string[], readonly string[]],
  { quiet = false, ...options }: Shown = {},
): Promise<readonly [Ran, Ran]> {
  for (const args of commands) narrator.say(`$ ${typed(args)}`);
  const [first, second] = commands;
  const results = await narrator.during("running both", () =>
    Promise.all([stage.host.cli(first, options), stage.host.cli(second, options)]),
  );
  for (const { stdout } of quiet ? [] : results) narrator.quote(stdout);
  return [ran(results[0]), ran(results[1])];
}

function ran(result: ProgramResult): Ran {
  return { ...result, text: `${result.stdout}\n${result.stderr}`.replaceAll(/\s+│\s+|\s+/gu, " ") };
}

function typed(args: readonly string[]): string {
  return ["openclaw", ...args.map((arg) => (/^[\p{L}\p{N}:,.@/=_-]+$/u.test(arg) ? arg : `"${arg}"`))].join(" ");
}

/** Somebody writes to the account itself. */
export function write({ stage, cast }: Scene, from: Person, text: string) {
  return stage.zalo.say({ from: from.uid, to: cast.assistant.uid, text });
}

/** Somebody writes in the family's group and means nobody in particular. */
export function writeInGroup({ stage, cast }: Scene, from: Person, text: string) {
  return stage.zalo.say({ from: from.uid, to: { group: cast.family.groupId }, text });
}

/** Somebody mentions the account in the family's group, as Zalo's apps do it. */
export function address({ stage, cast }: Scene, from: Person, text: string) {
  const label = `@${cast.assistant.displayName}`;
  const mentions = [{ uid: cast.assistant.uid, pos: 0, len: label.length, type: 0 }];
  return stage.zalo.say({ from: from.uid, to: { group: cast.family.groupId }, text: `${label} ${text}`, mentions });
}

/** Changes the channel's block in the config file and waits until the running gateway has looked at `path` below it. */
export async function changeChannel(
  { stage, narrator }: Scene,
  path: string,
  change: (block: ConfigTree) => void,
): Promise<void> {
  const since = stage.host.gateway.output().length;
  await stage.host.config.patch((config) => change(channelBlock(config)));
  narrator.say(`config: channels.zalouser.${path} changed`);
  await configNoticed(stage, `channels.zalouser.${path}`, since);
}

export function channelBlock(config: ConfigTree): ConfigTree {
  return branch(branch(config, "channels"), "zalouser");
}

/** The tree below a key, made when there is none. */
export function branch(tree: ConfigTree, key: string): ConfigTree {
  const below = tree[key];
  if (typeof below === "object" && below !== null) return below as ConfigTree; // JSON objects are trees.
  const made: ConfigTree = {};
  tree[key] = made;
  return made;
}
