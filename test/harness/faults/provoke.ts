import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { waitFor } from "../../gateway/rig/wait.ts";
import type { CastAccount } from "../cast.ts";
import type { CommandResult } from "../host/commands.ts";
import { circleOf, sayAsStranger, sayDirectly, sayInOneBreath } from "../say.ts";
import type { Scene } from "../scene.ts";
import type { Subject } from "./subject.ts";
import { tell } from "./told.ts";

const picture = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

/** Does what makes the plugin run the command the fault meets, besides two messages in any case. */
export async function provoke(scene: Scene, subject: Subject): Promise<void> {
  const { host, world } = scene;
  const { fault, account, staged } = subject;
  const { accountId } = account;
  const begunAtMs = Date.now();
  // Either it listens, or it is known by now that it cannot, or it hangs: accounts log in one after another.
  const isSettled = () =>
    world.isListening(accountId) ||
    ["blocked", "recovering"].includes(host.status(accountId)?.lifecycle ?? "") ||
    world
      .calls({ command: "listen", profile: accountId })
      .some(({ startedAt }) => startedAt >= begunAtMs && Date.now() - startedAt > hangingMs);
  await waitFor("a listener", isSettled, { timeoutMs: 180_000, intervalMs: 250 }).catch(() => undefined);
  const { friends, rooms } = circleOf(scene.cast, account);
  const [friend] = friends;
  const [stranger] = scene.cast.strangers;
  if (friend === undefined || stranger === undefined) throw new Error("The account has nobody to talk to.");
  const command = async (result: Promise<CommandResult | undefined>) => {
    const ended = await result;
    if (ended?.ok === false) tell(subject, "command", [ended.text]);
  };
  const send = (more: { text: string; file?: string }) =>
    command(host.ask({ do: "send", accountId, to: friend.person.uid, ...more }, 120_000));
  scene.hearing.during(accountId, () =>
    sayInOneBreath(scene, friend, [{ name: nextName("first") }, { name: nextName("first") }]),
  );
  if (staged.text !== undefined) await send({ text: staged.text });
  switch (fault.command) {
    case "msg upload":
      await send({ text: "", file: fileIn(scene, "bao-cao.pdf", "%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n") });
      break;
    case "msg image":
      await send({ text: "", file: fileIn(scene, "anh.png", picture) });
      break;
    case "auth status":
      for (let time = 1; time <= turnOf(fault); time += 1) await command(host.ask({ do: "probe", accountId }, 60_000));
      break;
    case "listen":
      subject.endedByUs = turnOf(fault) > 1;
      if (subject.endedByUs) endListener(scene, accountId);
      break;
    case "auth login":
      await command(logInByPhone(scene, subject));
      break;
    case "friend list":
      await command(host.ask({ do: "directory", accountId, what: "friends", groupId: "" }, 60_000));
      break;
    case "group members":
      await command(
        host.ask({ do: "directory", accountId, what: "members", groupId: rooms[0]?.group.groupId ?? "" }, 60_000),
      );
      break;
    case "auth login-cred":
    case "friend find":
      subject.unused = true;
      break;
    default:
      break;
  }
  say(scene, account, 1, "second");
  // Last: what strikes the first line has to strike one that matters.
  sayAsStranger(scene, stranger.uid, account, { name: nextName("s") });
}

/** A listener that has not connected by then will not. */
const hangingMs = 10_000;

/** Which call of a command a fault meets first. */
function turnOf({ faults }: Subject["fault"]): number {
  return Math.max(1, ...faults.map(({ match }) => match?.nth ?? match?.every ?? 1));
}

function endListener({ world }: Scene, accountId: string): void {
  const pid = world.listenerPid(accountId);
  if (pid !== undefined) process.kill(pid, "SIGKILL");
}

async function logInByPhone({ host, world }: Scene, { account }: Subject): Promise<CommandResult | undefined> {
  const { accountId, uid } = account;
  const result = host.ask<CommandResult>({ do: "web-login", accountId }, 60_000);
  const login = await waitFor(
    "a code to scan",
    () => world.pendingLogins().find(({ profile }) => profile === accountId),
    {
      timeoutMs: 15_000,
    },
  ).catch(() => undefined);
  if (login !== undefined) {
    world.scanQr(login.payload, { as: uid });
    world.confirmQr(login.payload);
  }
  return result;
}

let counter = 0;

/** A friend of the account writes; `friendIndex` picks which. */
export function say(scene: Scene, account: CastAccount, friendIndex: number, name: string): void {
  const friend = circleOf(scene.cast, account).friends[friendIndex];
  if (friend === undefined) throw new Error("The account has too few friends.");
  scene.hearing.during(account.accountId, () => sayDirectly(scene, friend, { name: nextName(name) }));
}

function nextName(name: string): string {
  counter += 1;
  return `${name}${counter}`;
}

function fileIn({ root }: Scene, name: string, content: Buffer | string): string {
  const folder = path.join(root, "media");
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}
