import type { SendOutcome } from "../../zca/index.js";
import type { PrintKind } from "./send-print.js";

/** One call of zca that is to send one Zalo message. */
export interface SendAttempt {
  /** The host's id of the delivery this is a part of; none where the host cannot resume it. */
  readonly delivery?: string | undefined;
  /** Which of the delivery's sends (a payload with three pictures has three), and which message of how many in it. */
  readonly unit: number;
  readonly part: number;
  readonly parts: number;
  /** `user:<id>` or `group:<id>`. */
  readonly thread: string;
  readonly kind: PrintKind;
  readonly hash: string;
}

export type SendState = "started" | SendOutcome["kind"];

export interface LedgerEntry extends SendAttempt {
  readonly id: string;
  /** Which run of the gateway made it. */
  readonly run: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number | undefined;
  readonly state: SendState;
  readonly messageIds: readonly string[];
  /** The host was told that this delivery's outcome is unknown; it will not send it anew as a whole. */
  readonly told: boolean;
}
