import { type Kysely, sql } from "kysely";

/** What the audit is to say of changes, until it has said it. */
export async function up<DB>(db: Kysely<DB>): Promise<void> {
  await sql
    .raw(`CREATE TABLE pending_records (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    change_id TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL
  ) STRICT`)
    .execute(db);
}
