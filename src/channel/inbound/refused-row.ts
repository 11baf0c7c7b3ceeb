/** A row nobody will ever understand better: it fails at once, alone, and stays in the journal to be looked at. */
export class RowRefused extends Error {
  override readonly name = "RowRefused";
  readonly reason: string;

  constructor(reason: string, what = `The journaled line cannot be read (${reason}).`) {
    super(what);
    this.reason = reason;
  }
}

/** Tells the host's drain which failures are final. */
export function refuseRow(error: unknown): { reason: string; message: string } | null {
  return error instanceof RowRefused ? { reason: error.reason, message: error.message } : null;
}
