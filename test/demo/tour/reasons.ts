import { record } from "../../gateway/rig/recording.ts";
import type { Scene } from "../steps.ts";
import { openclaw, openclawBoth, write } from "./doing.ts";

export async function sayWhy(scene: Scene): Promise<void> {
  const { cast, narrator } = scene;
  const conversation = `group:${cast.family.groupId}`;
  const [why, can] = await openclawBoth(scene, [
    ["zalouser", "why", conversation],
    ["channels", "capabilities", "--channel", "zalouser"],
  ]);
  narrator.verify(
    "openclaw zalouser why names who was let in and the pause",
    [`${cast.lan.uid} in ${cast.family.groupId}: let in`, "kept as context (owner_paused)"].every((words) =>
      why.text.includes(words),
    ),
  );
  narrator.verify(
    "capabilities names what it can do, and what no zca can",
    ["react", "unsend", "sticker", "renameGroup", "no zca can do: reactions and recalls of others"].every((words) =>
      can.text.includes(words),
    ),
  );
  await askInChat(scene);
  await readStatus(scene);
}

async function askInChat(scene: Scene): Promise<void> {
  const { stage, cast, narrator } = scene;
  const recording = record(stage);
  write(scene, cast.lan, `/zalouser why ${cast.tuan.uid}`);
  const { text } = await recording.answer(`user:${cast.tuan.uid}, lately`);
  narrator.verify(
    "/zalouser why in the chat names the setting that kept a person out",
    text.includes("dropped (group_policy_not_allowlisted)") &&
      text.includes("channels.zalouser.groupAllowFrom decides this"),
  );
}

/** The account as `channels status --json` shows it, without what is not read here. */
interface Account {
  readonly accountId: string;
  readonly connected: boolean;
  readonly application: {
    readonly decisions: readonly { readonly senderId: string; readonly result: string; readonly configPath?: string }[];
    readonly loginsOfDay: { readonly total: number; readonly byKind: Readonly<Record<string, number>> };
    readonly sends: Readonly<Record<string, number>>;
    readonly listener: { readonly starts: number; readonly exits: readonly unknown[] };
  };
}

async function readStatus(scene: Scene): Promise<void> {
  const { cast, narrator } = scene;
  const { stdout } = await openclaw(scene, ["channels", "status", "--json"], { quiet: true });
  const status: { channelAccounts: { zalouser: Account[] } } = JSON.parse(stdout);
  const account = status.channelAccounts.zalouser.find(({ accountId }) => accountId === "default");
  const { decisions = [], loginsOfDay, sends = {}, listener } = account?.application ?? {};
  narrator.say(`logins of the day: ${JSON.stringify(loginsOfDay)}; sends: ${JSON.stringify(sends)}`);
  const refused = decisions.find(({ senderId }) => senderId === cast.tuan.uid);
  narrator.verify(
    `status --json has the last ${decisions.length} decisions with their settings, logins by kind, and a listener without an exit`,
    account?.connected === true &&
      refused?.configPath === "channels.zalouser.groupAllowFrom" &&
      (loginsOfDay?.byKind["send"] ?? 0) > 0 &&
      listener?.starts === 1 &&
      listener.exits.length === 0,
  );
}
