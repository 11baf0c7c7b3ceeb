import { z } from "zod";

const payloadShape = z.object({
  version: z.literal(1),
  /** `stream`: a line of the listener. `history`: a row of a conversation's history, read after a gap. */
  origin: z.enum(["stream", "history"]),
  raw: z.string(),
  /** Of a history row: to be known, but no longer to be answered. */
  contextOnly: z.boolean().exactOptional(),
});

/** What a row of the journal holds until it is handled: the line as it came, understood only afterwards. */
export type JournalPayload = Readonly<z.infer<typeof payloadShape>>;

/** Undefined when it is erased, or damaged: a disk may lose what SQLite cannot know to be lost. */
export function readPayload(text: string | undefined): JournalPayload | undefined {
  if (text === undefined) return undefined;
  try {
    return payloadShape.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** One message on its way into the journal. */
export interface JournalLine {
  /** The key the row is known by. */
  readonly id: string;
  /** Further keys of the same message: whatever arrives under one of them is a duplicate. */
  readonly altKeys: readonly string[];
  /** The conversation; rows of one lane are handled in order. */
  readonly lane: string;
  readonly payload: JournalPayload;
  /** Own uid at receipt, as far as known: another person's messages must not be answered after a re-login. */
  readonly reader?: string | undefined;
  /** When it was said, if that is not now. Milliseconds since the epoch. */
  readonly atMs?: number | undefined;
}

/** What rides beside a claimed row. */
export interface JournalMetadata {
  readonly reader?: string;
  /** Whether the row was already waiting when this run of the account began. */
  readonly recovered: boolean;
  /** How often the process died while the row was being handled, as far as known; absent when never. */
  readonly deaths?: number;
}

export type RowState = "pending" | "completed" | "failed";

/** A row without its payload. */
export interface RowHead {
  readonly seq: number;
  readonly id: string;
  readonly lane: string;
  readonly state: RowState;
  readonly reader: string | undefined;
  readonly receivedMs: number;
  readonly changedMs: number;
  readonly attempts: number;
  readonly lastAttemptMs: number | undefined;
  /** Why the last attempt failed; of a failed row, the words behind its reason. */
  readonly lastError: string | undefined;
  readonly failedReason: string | undefined;
  /** Size of the payload; 0 once it is erased. */
  readonly bytes: number;
  /** How often work on the row began and the process was gone before it ended. */
  readonly begun: number;
}

export interface Conversation {
  readonly lane: string;
  /** When something was last said there, in milliseconds since the epoch. */
  readonly lastAtMs: number;
}
