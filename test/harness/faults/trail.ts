import type { Scene } from "../scene.ts";
import type { Subject } from "./subject.ts";

/** What happened to one account, in the order of time; seconds count from the start of the gateway in trouble. */
export function trailOf({ said, world, host }: Scene, { account }: Subject, startedAtMs: number): string[] {
  const { accountId } = account;
  const isAbout = (message: string) => message.startsWith(`[${accountId}]`) || message.includes(`"${accountId}"`);
  const steps: (readonly [atMs: number, what: string])[] = [
    ...said
      .filter((one) => one.accountId === accountId)
      .map(({ atMs, token, heard }) => [atMs, `said ${token}${heard ? "" : ", unheard"}`] as const),
    ...world.calls({ profile: accountId }).map(({ startedAt, endedAt, command, exitCode, faults }) => {
      const end =
        endedAt === undefined ? "runs or was killed" : `${endedAt - startedAt} ms, exit ${exitCode ?? "none"}`;
      return [startedAt, `zca ${command}: ${end}${faults.length === 0 ? "" : " (struck)"}`] as const;
    }),
    ...host.problems.filter(({ message }) => isAbout(message)).map(({ atMs, message }) => [atMs, message] as const),
  ];
  return steps
    .filter(([atMs]) => atMs >= startedAtMs)
    .toSorted(([one], [other]) => one - other)
    .map(([atMs, what]) => `${((atMs - startedAtMs) / 1000).toFixed(1)} s ${what}`);
}
