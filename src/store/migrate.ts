import type SqliteDatabase from "better-sqlite3";
import type { Kysely } from "kysely";
import { migrations as known, type Migration } from "./migrations/migrations.js";
import { explainSqliteError } from "./sqlite-file.js";
import { StoreError } from "./store-error.js";

/**
 * Brings the schema forward to the newest, all steps in one transaction. The version is SQLite's
 * `user_version`, which commits with them.
 *
 * @returns whether any step was taken
 * @param migrations in order; the code's own, unless a test says otherwise
 * @throws StoreError NEWER_SCHEMA when the database has run more than the code knows
 */
export async function migrate<DB>(
  sqlite: SqliteDatabase.Database,
  db: Kysely<DB>,
  migrations: readonly Migration[] = known,
): Promise<boolean> {
  const version = Number(sqlite.pragma("user_version", { simple: true }));
  if (version > migrations.length) {
    throw new StoreError(
      "NEWER_SCHEMA",
      `The database "${sqlite.name}" has schema ${version}, and this Cordon knows ` +
        `${migrations.length} at most: a newer one has written it. Run that version again, or ` +
        "restore a back-up from before the upgrade. Nothing was changed.",
    );
  }
  if (version === migrations.length) return false;
  await db.connection().execute(async (one) => {
    sqlite.exec("BEGIN EXCLUSIVE");
    try {
      for (const migration of migrations.slice(version)) await migration.up(one);
      sqlite.pragma(`user_version = ${migrations.length}`);
      sqlite.exec("COMMIT");
    } catch (cause) {
      if (sqlite.inTransaction) sqlite.exec("ROLLBACK");
      throw explainSqliteError(cause, sqlite.name);
    }
  });
  return true;
}
