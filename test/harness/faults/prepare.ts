import type { BreakName } from "../breaks.ts";
import type { Cast } from "../cast.ts";
import { createScene, type Prepared, type Scene } from "../scene.ts";
import { say } from "./provoke.ts";

export interface PrepareOptions {
  readonly dist: string;
  readonly seed: number;
  readonly accounts: number;
  readonly broken?: BreakName | undefined;
}

/** A host in good order, stopped: logged in, and everybody has written once; read back is only who has written before. */
export async function prepareScene({ accounts, ...options }: PrepareOptions): Promise<Scene> {
  const scene = createScene({ ...options, size: { accounts, friends: accounts * 2, groups: accounts } });
  try {
    await scene.begin();
    await scene.logIn();
    await scene.listening(120_000);
    for (const account of scene.cast.accounts) for (const friend of [0, 1]) say(scene, account, friend, "before");
    if (!(await scene.quiet(120_000))) throw new Error("Without any trouble not everything was answered.");
    await scene.host.stop();
    return scene;
  } catch (error) {
    await scene.dispose();
    throw error;
  }
}

/** The first so many accounts of a prepared scene, with their friends and groups; the others are not started again. */
export function firstAccounts({ root, cast, said, lives }: Scene, count: number): Prepared {
  const accounts = cast.accounts.slice(0, count);
  const isOwn = ({ account }: Cast["friends"][number] | Cast["groups"][number]) => accounts.includes(account);
  const ids = new Set(accounts.map(({ accountId }) => accountId));
  return {
    root,
    cast: { ...cast, accounts, friends: cast.friends.filter(isOwn), groups: cast.groups.filter(isOwn) },
    said: said.filter(({ accountId }) => ids.has(accountId)),
    lives,
  };
}
