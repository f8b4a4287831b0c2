import { basename, dirname, join, resolve } from "node:path";
import { Kysely, SqliteDialect } from "kysely";
import { authorisationTable } from "./authorisations.js";
import { cameraTable } from "./cameras.js";
import { complianceRecordTable } from "./compliance-records.js";
import { lockDataDirectory, prepareDataDirectory } from "./data-directory.js";
import type { Database } from "./database.js";
import { galleryTable } from "./galleries.js";
import { migrate } from "./migrate.js";
import { operatorTable } from "./operator.js";
import { personTable } from "./persons.js";
import { signTable } from "./signs.js";
import { openSqliteFile } from "./sqlite-file.js";
import { createSqliteWriter, scrubLog } from "./sqlite-writer.js";
import { cachedStatements } from "./statements.js";
import type { Store } from "./store.js";
import { templateScan } from "./template-scan.js";
import { type PackedStore, packedZoneTable, unpackingZones } from "./zones.js";

export interface SqliteStoreOptions {
  /**
   * Path of the database file. Its directory is the data directory: made with mode 0700 when it
   * is absent, and locked for this process while the store is open.
   */
  readonly path: string;
  /**
   * Whether to walk every page of the database at open and refuse a damaged one. Default true: it
   * costs about as much as reading the file once.
   */
  readonly checkPages?: boolean;
}

/**
 * Opens the embedded store: SQLite with a write-ahead log, flushed at every commit, one writer.
 * The schema is brought forward to the newest.
 *
 * @throws StoreError with a code and a message that says what to do
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const store = await openPackedSqliteStore(options);
  return { ...store, ...unpackingZones(store) };
}

/** The same, for the thread of a store: zones cross to it and back packed. */
export async function openPackedSqliteStore(options: SqliteStoreOptions): Promise<PackedStore> {
  const directory = dirname(resolve(options.path));
  const path = join(directory, basename(options.path));
  await prepareDataDirectory(directory);
  const lock = lockDataDirectory(directory);
  try {
    const sqlite = await openSqliteFile({ path, checkPages: options.checkPages ?? true });
    const dialect = new SqliteDialect({ database: cachedStatements(sqlite) });
    const db = new Kysely<Database>({ dialect });
    const writer = createSqliteWriter(sqlite, db);
    const close = async () => {
      await writer.close();
      if (sqlite.open) {
        scrubLog(sqlite);
        sqlite.close();
      }
      lock.release();
    };
    try {
      await migrate(sqlite, db);
      // What a killed server deleted last may still stand in the log.
      scrubLog(sqlite);
    } catch (cause) {
      await close();
      throw cause;
    }
    const tables = { db, writer };
    return {
      ...operatorTable(tables),
      ...packedZoneTable(tables),
      ...signTable(tables),
      ...cameraTable(tables),
      ...galleryTable(tables),
      ...authorisationTable(tables),
      ...complianceRecordTable(tables),
      ...personTable(tables),
      ...templateScan(tables),
      close,
    };
  } catch (cause) {
    lock.release();
    throw cause;
  }
}
