/** As root help shows it; stands in the manifest, too. */
export const commandDescriptor = {
  name: "zalouser",
  description: "Received Zalo messages that could not be handled: list them, try them again",
  hasSubcommands: true,
} as const;
