import { basename, dirname, join, resolve } from "node:path";
import type SqliteDatabase from "better-sqlite3";
import { Kysely, SqliteDialect } from "kysely";
import { authorisationTable } from "./authorisations.js";
import { cameraTable } from "./cameras.js";
import { complianceRecordTable } from "./compliance-records.js";
import { lockDataDirectory, prepareDataDirectory } from "./data-directory.js";
import type { Database, Tables } from "./database.js";
import { distinctPairTable } from "./distinct-pairs.js";
import { erasureTable } from "./erasures.js";
import { filingTable } from "./filing.js";
import { galleryTable } from "./galleries.js";
import { personInsertion } from "./insert-persons.js";
import { keyVersionTable } from "./key-versions.js";
import { mergeTable } from "./merges.js";
import { metaTable } from "./meta.js";
import { migrate } from "./migrate.js";
import { operatorTable } from "./operator.js";
import { pendingRecordTable, writingWith } from "./pending-records.js";
import { personTable } from "./persons.js";
import { requestTable } from "./requests.js";
import { reviewTable } from "./reviews.js";
import { signTable } from "./signs.js";
import { createBackups } from "./sqlite-backup.js";
import { openSqliteFile } from "./sqlite-file.js";
import { openSqliteLog, type SqliteLog } from "./sqlite-log.js";
import { createSqliteWriter } from "./sqlite-writer.js";
import { cachedStatements } from "./statements.js";
import type { Store } from "./store.js";
import { templateScan } from "./template-scan.js";
import { type PackedChanges, type PackedStore, packedZoneTable, unpackingZones } from "./zones.js";

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
    return await openTables(sqlite, openLog(sqlite), () => lock.release());
  } catch (cause) {
    lock.release();
    throw cause;
  }
}

function openLog(sqlite: SqliteDatabase.Database): SqliteLog {
  try {
    return openSqliteLog(sqlite);
  } catch (cause) {
    sqlite.close();
    throw cause;
  }
}

/** More than the changes: what else the tables can do is not to be asked of this. */
function changesOf(tables: Tables): PackedChanges {
  return {
    ...operatorTable(tables),
    ...packedZoneTable(tables),
    ...signTable(tables),
    ...cameraTable(tables),
    ...galleryTable(tables),
    ...authorisationTable(tables),
    ...complianceRecordTable(tables),
    ...mergeTable(tables),
    ...reviewTable(tables),
    ...filingTable(tables),
  };
}

async function openTables(
  sqlite: SqliteDatabase.Database,
  log: SqliteLog,
  released: () => void,
): Promise<PackedStore> {
  const statements = cachedStatements(sqlite);
  const db = new Kysely<Database>({ dialect: new SqliteDialect({ database: statements }) });
  const writer = createSqliteWriter(sqlite, db, log);
  const backups = createBackups({ sqlite, log, writer });
  const close = async () => {
    await backups.close();
    await writer.close();
    if (sqlite.open) {
      log.scrub(true);
      sqlite.close();
      log.close();
    }
    released();
  };
  try {
    const migrated = await migrate(sqlite, db);
    // What a killed server deleted last may still stand in the log.
    log.scrub(true);
    if (migrated) log.scrubAllPages();
  } catch (cause) {
    await close();
    throw cause;
  }
  const tables = { db, writer, statements };
  return {
    changing: (pending) => changesOf({ ...tables, writer: writingWith(writer, pending) }),
    ...operatorTable(tables),
    ...packedZoneTable(tables),
    ...signTable(tables),
    ...cameraTable(tables),
    ...galleryTable(tables),
    ...authorisationTable(tables),
    ...complianceRecordTable(tables),
    ...personTable(tables),
    ...personInsertion(tables),
    ...erasureTable(tables),
    ...mergeTable(tables),
    ...distinctPairTable(tables),
    ...reviewTable(tables),
    ...requestTable(tables),
    ...keyVersionTable(tables),
    ...filingTable(tables),
    ...pendingRecordTable(tables),
    ...metaTable(tables),
    ...templateScan(tables),
    backup: backups.backup,
    close,
  };
}
