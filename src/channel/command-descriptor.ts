/** As root help shows it; stands in the manifest, too. */
export const commandDescriptor = {
  name: "zalouser",
  description: "Why Zalo messages were not answered; pause conversations; messages that were given up on",
  hasSubcommands: true,
} as const;
