/** What no `zca` can do, whatever its version: said in `channels capabilities`, README and docs/features.md. */
export const zcaLimits: readonly string[] = [
  "reactions and recalls of others",
  "what the owner writes on the phone",
  "editing a message",
  "delivered and seen receipts",
  "joining, leaving and renaming as events of a group",
  "mentioning everybody (@all)",
  "Zalo voice messages beside a listener (they go as sound files)",
  "searching stickers",
];
