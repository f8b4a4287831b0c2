import type { Insertable, Kysely, SqliteDatabase } from "kysely";
import type { Database } from "./database.js";

/**
 * An insertion that Kysely compiles once, with the first row: compiling again takes longer than
 * inserting. Every row must have the same columns in the same order. Only within a write.
 *
 * @returns inserts a row and returns its rowid; or null, and nothing is done, where a key is taken
 */
export function compiledInsert<Table extends keyof Database>(
  db: Kysely<Database>,
  statements: SqliteDatabase,
  table: Table,
): (row: Insertable<Database[Table]>) => number | null {
  let text: string | null = null;
  return (row) => {
    text ??= db
      .insertInto(table)
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .compile().sql;
    const { changes, lastInsertRowid } = statements.prepare(text).run(Object.values(row));
    return Number(changes) === 1 ? Number(lastInsertRowid) : null;
  };
}
