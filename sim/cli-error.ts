/** A failure the CLI reports as `Error: <message>` with exit 1. */
export class CliError extends Error {
  override readonly name = "CliError";
}
