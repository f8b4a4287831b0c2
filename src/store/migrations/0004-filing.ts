import { type Kysely, sql } from "kysely";

/** The filing of Art. 15: what happened to it, calendars, handling rules, and counts by day. */
export async function up<DB>(db: Kysely<DB>): Promise<void> {
  const run = (text: string) => sql.raw(text).execute(db);
  // AUTOINCREMENT: events are kept for ever, in the order in which they were appended.
  await run(`CREATE TABLE filing_events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    body TEXT NOT NULL
  ) STRICT`);
  // The threshold is reached for the first time once.
  await run(`CREATE UNIQUE INDEX filing_threshold ON filing_events (kind)
    WHERE kind = 'THRESHOLD_REACHED'`);
  await run("CREATE TABLE work_calendars (year INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT");
  await run(`CREATE TABLE handling_rules (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    body TEXT NOT NULL
  ) STRICT`);
  await run(`CREATE TABLE day_counts (
    day TEXT NOT NULL PRIMARY KEY,
    persons INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`);
}
