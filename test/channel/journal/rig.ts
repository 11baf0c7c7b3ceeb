import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { JournalLine } from "../../../src/channel/journal/entry.ts";
import { openJournal, type Journal, type JournalOptions } from "../../../src/channel/journal/journal.ts";
import { fakeClock, type FakeClock } from "../../fakes/clock.ts";

export const lan = "user:5120034498771203345";
export const huy = "user:8891200345671123490";
export const family = "group:7044519283300761122";

export interface JournalRig {
  readonly folder: string;
  readonly file: string;
  readonly clock: FakeClock;
  /** Paths told as set aside, and troubles told, in order; undefined for a trouble that ended. */
  readonly setAside: string[];
  readonly troubles: (string | undefined)[];
  open(options?: Partial<JournalOptions>): Journal;
  dispose(): void;
}

/** Journals of one account in a folder of their own, over a clock that moves only when told. */
export function journalRig(): JournalRig {
  const folder = mkdtempSync(path.join(tmpdir(), "zalouser-nhật-ký-"));
  const file = path.join(folder, "tài khoản", "journal.sqlite");
  const clock = fakeClock();
  const opened: Journal[] = [];
  const setAside: string[] = [];
  const troubles: (string | undefined)[] = [];
  return {
    folder,
    file,
    clock,
    setAside,
    troubles,
    open(options = {}) {
      const journal = openJournal({
        accountId: "default",
        file,
        clock,
        onSetAside: (where) => void setAside.push(where),
        onTrouble: (trouble) => void troubles.push(trouble?.reason),
        ...options,
      });
      opened.push(journal);
      return journal;
    },
    dispose() {
      for (const journal of opened) journal.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function line(id: string, overrides: Partial<JournalLine> & { readonly raw?: string } = {}): JournalLine {
  const { raw = `{"content":"chào ${id} 🙂"}`, ...rest } = overrides;
  return { id, altKeys: [], lane: lan, payload: { version: 1, origin: "stream", raw }, ...rest };
}

/** Claims what is offered until nothing is, and returns the ids in order. */
export async function claimAll(journal: Journal): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const claim = await journal.queue.claimNext({ ownerId: "test" });
    if (claim === null) return ids;
    ids.push(claim.id);
  }
}
