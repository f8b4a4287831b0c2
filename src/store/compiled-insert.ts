import type { Insertable, Kysely, SqliteDatabase } from "kysely";
import type { Database } from "./database.js";

/** Inserts a row, or nothing where its key is taken; false then. */
export type CompiledInsert<Row> = (row: Row) => boolean;

/**
 * An insertion that Kysely compiles once, with the first row: compiling again takes longer than
 * inserting. Every row must have the same columns in the same order. Only within a write.
 */
export function compiledInsert<Table extends keyof Database>(
  db: Kysely<Database>,
  statements: SqliteDatabase,
  table: Table,
): CompiledInsert<Insertable<Database[Table]>> {
  let text: string | null = null;
  return (row) => {
    text ??= db
      .insertInto(table)
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .compile().sql;
    return Number(statements.prepare(text).run(Object.values(row)).changes) === 1;
  };
}
