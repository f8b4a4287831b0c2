import { randomUUID } from "node:crypto";
import { type Kysely, sql } from "kysely";

/** Persons of several rows, decisions about them, erasures on record, and key versions. */
export async function up<DB>(db: Kysely<DB>): Promise<void> {
  const run = (text: string) => sql.raw(text).execute(db);
  await upPersons(run);
  await readKeyVersions(db);
  await upMemberships(run);
  await upDecisions(run);
  await upErasures(run);
  await run("CREATE TABLE meta (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT");
  await sql`INSERT INTO meta VALUES ('instance', ${randomUUID()})`.execute(db);
}

type Run = (text: string) => Promise<unknown>;

async function upPersons(run: Run): Promise<void> {
  await run("ALTER TABLE persons ADD COLUMN merged_into TEXT REFERENCES persons");
  await run("ALTER TABLE persons ADD COLUMN request_key BLOB");
  await run("ALTER TABLE persons ADD COLUMN key_version INTEGER NOT NULL DEFAULT 1");
  await run(`CREATE INDEX persons_by_root ON persons (merged_into)
    WHERE merged_into IS NOT NULL`);
  // The smallest index of all, which counts the rows too.
  await run("CREATE INDEX persons_by_key_version ON persons (key_version)");
  // Without the id: equal deadlines, the usual case, are then inserted at one end.
  await run("DROP INDEX persons_by_deadline");
  await run("CREATE INDEX persons_by_deadline ON persons (retention_deadline_ms)");
  // Digests of request keys, also of what was erased: an erased row leaves not even its own.
  await run(`CREATE TABLE requests (
    digest TEXT NOT NULL PRIMARY KEY,
    person_id TEXT NOT NULL,
    erased INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`);
}

/** Rows read at once. */
const BATCH = 1_000;

/** A wrapped key begins with its format and the version of the key that wrapped it, big-endian. */
async function readKeyVersions<DB>(db: Kysely<DB>): Promise<void> {
  let after = 0;
  while (true) {
    const { rows } = await sql<{ at: number; head: Uint8Array }>`
      SELECT rowid AS at, substr(wrapped_key, 1, 5) AS head FROM persons
      WHERE rowid > ${after} ORDER BY rowid LIMIT ${BATCH}
    `.execute(db);
    for (const { at, head } of rows) {
      const version = head.length < 5 ? 1 : Buffer.from(head).readUInt32BE(1);
      if (version <= 1) continue;
      await sql`UPDATE persons SET key_version = ${version} WHERE rowid = ${at}`.execute(db);
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < BATCH) return;
    after = last.at;
  }
}

/** With whom each row is, so that a gallery's persons are listed and counted by its own key. */
async function upMemberships(run: Run): Promise<void> {
  await run("ALTER TABLE memberships RENAME TO old_memberships");
  await run(`CREATE TABLE memberships (
    gallery_id TEXT NOT NULL REFERENCES galleries,
    root_id TEXT NOT NULL,
    person_id TEXT NOT NULL REFERENCES persons,
    templates INTEGER NOT NULL,
    PRIMARY KEY (gallery_id, root_id, person_id)
  ) STRICT, WITHOUT ROWID`);
  await run(`INSERT INTO memberships
    SELECT gallery_id, person_id, person_id,
      (SELECT count(*) FROM templates t WHERE t.person_id = m.person_id)
    FROM old_memberships m`);
  await run("DROP TABLE old_memberships");
  await run("CREATE INDEX memberships_by_person ON memberships (person_id)");
}

async function upDecisions(run: Run): Promise<void> {
  await run(`CREATE TABLE merges (
    merge_id TEXT NOT NULL PRIMARY KEY,
    merged_at_ms INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT`);
  await run("CREATE INDEX merges_by_time ON merges (merged_at_ms, merge_id)");
  // Every row that a merge names or moved.
  await run(`CREATE TABLE merge_parties (
    person_id TEXT NOT NULL,
    merge_id TEXT NOT NULL REFERENCES merges ON DELETE CASCADE,
    PRIMARY KEY (person_id, merge_id)
  ) STRICT, WITHOUT ROWID`);
  await run("CREATE INDEX merge_parties_by_merge ON merge_parties (merge_id)");
  await run(`CREATE TABLE distinct_pairs (
    lesser_id TEXT NOT NULL REFERENCES persons,
    greater_id TEXT NOT NULL REFERENCES persons,
    reason TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at_ms INTEGER NOT NULL,
    PRIMARY KEY (lesser_id, greater_id)
  ) STRICT, WITHOUT ROWID`);
  await run("CREATE INDEX distinct_pairs_by_greater ON distinct_pairs (greater_id)");
  // `closed` is null while the review is open.
  await run(`CREATE TABLE reviews (
    review_id TEXT NOT NULL PRIMARY KEY,
    created_at_ms INTEGER NOT NULL,
    closed INTEGER,
    body TEXT NOT NULL
  ) STRICT`);
  await run("CREATE INDEX reviews_by_time ON reviews (created_at_ms, review_id)");
  await run(`CREATE INDEX reviews_open ON reviews (created_at_ms, review_id)
    WHERE closed IS NULL`);
  // Of open reviews only.
  await run(`CREATE TABLE review_suspects (
    person_id TEXT NOT NULL,
    review_id TEXT NOT NULL REFERENCES reviews ON DELETE CASCADE,
    PRIMARY KEY (person_id, review_id)
  ) STRICT, WITHOUT ROWID`);
  await run("CREATE INDEX review_suspects_by_review ON review_suspects (review_id)");
}

async function upErasures(run: Run): Promise<void> {
  // AUTOINCREMENT: a seq is never given twice, so that the ledger and the audit can be compared.
  await run(`CREATE TABLE erasures (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    erasure_id TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL,
    signature BLOB NOT NULL,
    public_key BLOB NOT NULL
  ) STRICT`);
  await run(`CREATE TABLE erased_rows (
    row_id TEXT NOT NULL,
    erasure_seq INTEGER NOT NULL REFERENCES erasures,
    PRIMARY KEY (row_id, erasure_seq)
  ) STRICT, WITHOUT ROWID`);
}
