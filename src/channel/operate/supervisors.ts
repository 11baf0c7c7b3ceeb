import type { Supervisor, SupervisorSnapshot } from "../../supervisor/index.js";

/** Running accounts of this process, for status. */
const supervisors = new Map<string, Supervisor>();

export function rememberSupervisor(accountId: string, supervisor: Supervisor): void {
  supervisors.set(accountId, supervisor);
}

export function forgetSupervisor(accountId: string, supervisor: Supervisor): void {
  if (supervisors.get(accountId) === supervisor) supervisors.delete(accountId);
}

export function supervisorSnapshot(accountId: string): SupervisorSnapshot | undefined {
  return supervisors.get(accountId)?.snapshot();
}
