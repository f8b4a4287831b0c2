import { randomUUID } from "node:crypto";
import { type Kysely, sql } from "kysely";

/**
 * Persons of several rows, decisions about them, erasures on record, and key versions.
 *
 * Rows are numbered, and what belongs to them goes by the number: an index of random ids costs a
 * page of the log for each row, one of ascending numbers nearly nothing.
 */
export async function up<DB>(db: Kysely<DB>): Promise<void> {
  const run = (text: string) => sql.raw(text).execute(db);
  for (const table of ["persons", "templates", "memberships"]) {
    await run(`ALTER TABLE ${table} RENAME TO old_${table}`);
  }
  await upPersons(run);
  await upTemplates(run);
  await upMemberships(run);
  for (const table of ["memberships", "templates", "persons"]) {
    await run(`DROP TABLE old_${table}`);
  }
  await upIndexes(run);
  await readKeyVersions(db);
  await upDecisions(run);
  await upErasures(run);
  await run("CREATE TABLE meta (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT");
  await sql`INSERT INTO meta VALUES ('instance', ${randomUUID()})`.execute(db);
}

type Run = (text: string) => Promise<unknown>;

async function upPersons(run: Run): Promise<void> {
  await run(`CREATE TABLE persons (
    seq INTEGER PRIMARY KEY,
    person_id TEXT NOT NULL UNIQUE,
    wrapped_key BLOB NOT NULL,
    key_version INTEGER NOT NULL,
    merged_into TEXT REFERENCES persons (person_id),
    request_key BLOB,
    sealed_details BLOB NOT NULL,
    lawful_basis TEXT NOT NULL,
    retention_deadline_ms INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL,
    gallery_ids TEXT NOT NULL
  ) STRICT`);
  await run(`INSERT INTO persons
    SELECT rowid, person_id, wrapped_key, 1, NULL, NULL, sealed_details, lawful_basis,
      retention_deadline_ms, created_at_ms,
      (SELECT json_group_array(gallery_id ORDER BY gallery_id) FROM old_memberships m
        WHERE m.person_id = p.person_id)
    FROM old_persons p ORDER BY rowid`);
}

async function upTemplates(run: Run): Promise<void> {
  // AUTOINCREMENT: a seq is never given twice, so that a scan by seq misses nobody.
  await run(`CREATE TABLE templates (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    person_seq INTEGER NOT NULL REFERENCES persons,
    template_id TEXT NOT NULL UNIQUE,
    model_pack TEXT NOT NULL,
    sealed BLOB NOT NULL,
    created_at_ms INTEGER NOT NULL
  ) STRICT`);
  await run(`INSERT INTO templates
    SELECT t.seq, p.seq, t.template_id, t.model_pack, t.sealed, t.created_at_ms
    FROM old_templates t JOIN persons p ON p.person_id = t.person_id ORDER BY t.seq`);
  // Nor one that was given before.
  await run("DELETE FROM sqlite_sequence WHERE name = 'templates'");
  await run(`INSERT INTO sqlite_sequence
    SELECT 'templates', seq FROM sqlite_sequence WHERE name = 'old_templates'`);
}

/** With whom each row is, so that a gallery's persons are listed and counted by its own key. */
async function upMemberships(run: Run): Promise<void> {
  await run(`CREATE TABLE memberships (
    gallery_id TEXT NOT NULL REFERENCES galleries,
    root_seq INTEGER NOT NULL,
    person_seq INTEGER NOT NULL REFERENCES persons,
    templates INTEGER NOT NULL,
    PRIMARY KEY (gallery_id, root_seq, person_seq)
  ) STRICT, WITHOUT ROWID`);
  await run(`INSERT INTO memberships
    SELECT m.gallery_id, p.seq, p.seq,
      (SELECT count(*) FROM old_templates t WHERE t.person_id = m.person_id)
    FROM old_memberships m JOIN persons p ON p.person_id = m.person_id`);
}

async function upIndexes(run: Run): Promise<void> {
  await run("CREATE INDEX templates_by_person ON templates (person_seq)");
  await run("CREATE INDEX memberships_by_person ON memberships (person_seq)");
  await run("CREATE INDEX persons_by_root ON persons (merged_into) WHERE merged_into IS NOT NULL");
  // For the sweeper, which asks who is due.
  await run("CREATE INDEX persons_by_deadline ON persons (retention_deadline_ms)");
  // The smallest index of all, which counts the rows too.
  await run("CREATE INDEX persons_by_key_version ON persons (key_version)");
  // Digests of request keys, also of what was erased: an erased row leaves not even its own.
  await run(`CREATE TABLE requests (
    digest BLOB NOT NULL PRIMARY KEY,
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
      SELECT seq AS at, substr(wrapped_key, 1, 5) AS head FROM persons
      WHERE seq > ${after} ORDER BY seq LIMIT ${BATCH}
    `.execute(db);
    for (const { at, head } of rows) {
      const version = head.length < 5 ? 1 : Buffer.from(head).readUInt32BE(1);
      if (version <= 1) continue;
      await sql`UPDATE persons SET key_version = ${version} WHERE seq = ${at}`.execute(db);
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < BATCH) return;
    after = last.at;
  }
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
    lesser_id TEXT NOT NULL REFERENCES persons (person_id),
    greater_id TEXT NOT NULL REFERENCES persons (person_id),
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
