/** How slowly a profile sends: a personal account that writes like a machine is blocked. All in milliseconds. */
export interface PacingSettings {
  /** Least pause between the end of a call and the next one to the same conversation; up to half of it is added. */
  readonly sameConversationMs: number;
  /** Least pause before a call to another conversation; up to as much again is added. */
  readonly otherConversationMs: number;
  /** Calls started within any 60 s. */
  readonly perMinute: number;
  /** Rest after Zalo said "too many"; doubles with each repetition, up to the maximum, until a message goes through. */
  readonly cooldownMs: number;
  readonly cooldownMaxMs: number;
  /** Least time between two equal texts to one conversation: what repeats itself faster looks like spam to Zalo. */
  readonly repeatMs: number;
}

export const defaultPacing: PacingSettings = {
  sameConversationMs: 1_000,
  otherConversationMs: 1_500,
  perMinute: 20,
  cooldownMs: 5 * 60_000,
  cooldownMaxMs: 30 * 60_000,
  repeatMs: 60_000,
};
