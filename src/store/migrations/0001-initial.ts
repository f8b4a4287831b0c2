import { type Kysely, sql } from "kysely";

/** The first schema. */
export async function up<DB>(db: Kysely<DB>): Promise<void> {
  const run = (text: string) => sql.raw(text).execute(db);
  await run(
    "CREATE TABLE operator (id INTEGER PRIMARY KEY CHECK (id = 1), body TEXT NOT NULL) STRICT",
  );
  await run("CREATE TABLE zones (zone_id TEXT NOT NULL PRIMARY KEY, body TEXT NOT NULL) STRICT");
  await run(`CREATE TABLE signs (
    zone_id TEXT NOT NULL REFERENCES zones,
    sign_id TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (zone_id, sign_id)
  ) STRICT`);
  await run(`CREATE TABLE cameras (
    camera_id TEXT NOT NULL PRIMARY KEY,
    zone_id TEXT NOT NULL REFERENCES zones,
    body TEXT NOT NULL
  ) STRICT`);
  await run("CREATE INDEX cameras_by_zone ON cameras (zone_id, camera_id)");
  await run(
    "CREATE TABLE galleries (gallery_id TEXT NOT NULL PRIMARY KEY, body TEXT NOT NULL) STRICT",
  );
  await run(`CREATE TABLE authorisations (
    gallery_id TEXT NOT NULL REFERENCES galleries,
    zone_id TEXT NOT NULL REFERENCES zones,
    purpose TEXT NOT NULL,
    authorised_at_ms INTEGER NOT NULL,
    PRIMARY KEY (gallery_id, zone_id, purpose)
  ) STRICT, WITHOUT ROWID`);
  await run("CREATE INDEX authorisations_by_zone ON authorisations (zone_id)");
  await upPersons(run);
}

async function upPersons(run: (text: string) => Promise<unknown>): Promise<void> {
  await run(`CREATE TABLE persons (
    person_id TEXT NOT NULL PRIMARY KEY,
    wrapped_key BLOB NOT NULL,
    sealed_details BLOB NOT NULL,
    lawful_basis TEXT NOT NULL,
    retention_deadline_ms INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL
  ) STRICT`);
  // For the sweeper, which asks who is due.
  await run("CREATE INDEX persons_by_deadline ON persons (retention_deadline_ms, person_id)");
  await run(`CREATE TABLE memberships (
    gallery_id TEXT NOT NULL REFERENCES galleries,
    person_id TEXT NOT NULL REFERENCES persons,
    PRIMARY KEY (gallery_id, person_id)
  ) STRICT, WITHOUT ROWID`);
  await run("CREATE INDEX memberships_by_person ON memberships (person_id)");
  // AUTOINCREMENT: a seq is never given twice, so that a scan by seq misses nobody.
  await run(`CREATE TABLE templates (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    template_id TEXT NOT NULL UNIQUE,
    person_id TEXT NOT NULL REFERENCES persons,
    model_pack TEXT NOT NULL,
    sealed BLOB NOT NULL,
    created_at_ms INTEGER NOT NULL
  ) STRICT`);
  await run("CREATE INDEX templates_by_person ON templates (person_id)");
}
