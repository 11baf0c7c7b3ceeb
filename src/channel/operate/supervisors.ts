import type { Supervisor, SupervisorSnapshot } from "../../supervisor/index.js";

/** Running accounts of this process, for status. */
const supervisors = new Map<string, Supervisor>();

export function rememberSupervisor(accountId: string, supervisor: Supervisor): void {
  supervisors.set(accountId, supervisor);
}

export function forgetSupervisor(accountId: string, supervisor: Supervisor): void {
  if (supervisors.get(accountId) === supervisor) supervisors.delete(accountId);
}

/** The supervisor of a running account, for work that needs its connection; see `pauseFor`. */
export function supervisorOf(accountId: string): Supervisor | undefined {
  return supervisors.get(accountId);
}

/** What each account's program cannot do, as its handshake told; status must not ask anew. */
const gaps = new Map<string, readonly string[]>();

export function rememberGaps(accountId: string, missing: readonly string[]): void {
  gaps.set(accountId, missing);
}

export function knownGaps(accountId: string): readonly string[] {
  return gaps.get(accountId) ?? [];
}

export function supervisorSnapshot(accountId: string): SupervisorSnapshot | undefined {
  return supervisors.get(accountId)?.snapshot();
}
