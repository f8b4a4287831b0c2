import type SqliteDatabase from "better-sqlite3";
import type { SqliteDatabase as KyselySqlite, SqliteStatement } from "kysely";
import { explainSqliteError } from "./sqlite-file.js";
import { StoreError } from "./store-error.js";

/** Prepared statements kept; the oldest goes first. There are about 130 different ones. */
export const preparedStatementsMax = 256;

/**
 * The face of a database that Kysely's driver sees: prepared statements are kept by their text
 * (Kysely would prepare them again for each query), and errors say what to do.
 */
export function cachedStatements(database: SqliteDatabase.Database): KyselySqlite {
  const kept = new Map<string, SqliteStatement>();
  return {
    prepare(sql) {
      if (!database.open) throw new StoreError("CLOSED", "The store was closed.");
      const known = kept.get(sql);
      if (known !== undefined) return known;
      const made = explained(database, sql);
      if (kept.size >= preparedStatementsMax) {
        const oldest = kept.keys().next();
        if (!oldest.done) kept.delete(oldest.value);
      }
      kept.set(sql, made);
      return made;
    },
    close: () => {
      database.close();
    },
  };
}

function explained(database: SqliteDatabase.Database, sql: string): SqliteStatement {
  const guard = <T>(work: () => T): T => {
    try {
      return work();
    } catch (cause) {
      throw explainSqliteError(cause, database.name);
    }
  };
  const statement = guard(() => database.prepare<unknown[]>(sql));
  return {
    reader: statement.reader,
    all: (parameters) => guard(() => statement.all(...parameters)),
    run: (parameters) => guard(() => statement.run(...parameters)),
    iterate: (parameters) => guard(() => statement.iterate(...parameters)),
  };
}
