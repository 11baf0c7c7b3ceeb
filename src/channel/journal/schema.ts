/**
 * One row per message and one per key it is known by. A claim is not in here: it dies with its process, so it lives in
 * memory, and a row that was claimed when the gateway died is simply still pending. `begun` only counts such deaths. `secure_delete` because an erased
 * payload must not stay readable in the free pages of the file.
 */
export const journalSchema = `
PRAGMA secure_delete = ON;
CREATE TABLE IF NOT EXISTS event (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL,
  lane TEXT NOT NULL,
  state TEXT NOT NULL,
  payload TEXT,
  reader TEXT,
  live INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  received_ms INTEGER NOT NULL,
  changed_ms INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  last_attempt_ms INTEGER,
  last_error TEXT,
  failed_reason TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS alias (key TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS begun (seq INTEGER PRIMARY KEY, times INTEGER NOT NULL) STRICT;
CREATE TRIGGER IF NOT EXISTS begun_changed AFTER UPDATE OF state, attempts ON event
  BEGIN DELETE FROM begun WHERE seq = NEW.seq; END;
CREATE TRIGGER IF NOT EXISTS begun_removed AFTER DELETE ON event BEGIN DELETE FROM begun WHERE seq = OLD.seq; END;
CREATE INDEX IF NOT EXISTS alias_event ON alias (seq);
CREATE INDEX IF NOT EXISTS waiting ON event (lane, seq, attempts) WHERE state = 'pending';
CREATE INDEX IF NOT EXISTS aside ON event (seq) WHERE state = 'pending' AND attempts >= 8;
CREATE INDEX IF NOT EXISTS settled ON event (state, changed_ms) WHERE state <> 'pending';
`;

/** Attempts after which a row no longer holds up its conversation; stands in the index above, too. */
export const ASIDE_AFTER = 8;
