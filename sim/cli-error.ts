/** A failure the CLI reports as `Error: <message>` with exit 1. */
export class CliError extends Error {
  override readonly name = "CliError";
}

/** The servers answered without an id; the CLI takes that for success (contract 9). */
export class Unconfirmed extends Error {
  override readonly name = "Unconfirmed";
}
