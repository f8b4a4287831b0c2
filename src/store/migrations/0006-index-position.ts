import { type Kysely, sql } from "kysely";

/** Where templates that change what the index holds, other than new ones, leave a trace. */
const changes = [
  "DELETE ON templates",
  "UPDATE OF template_id, person_seq, model_pack, sealed ON templates",
  "UPDATE OF person_id, merged_into, gallery_ids ON persons",
];

/**
 * A token that is another after each change that an index cannot follow by reading the newest
 * templates. It is random, not counted: a database that was restored from a back-up and then went
 * another way does not come to a token that it had before.
 */
export async function up<DB>(db: Kysely<DB>): Promise<void> {
  const run = (text: string) => sql.raw(text).execute(db);
  await run(`CREATE TABLE index_state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    token BLOB NOT NULL
  ) STRICT`);
  await run("INSERT INTO index_state VALUES (1, randomblob(16))");
  for (const [i, change] of changes.entries()) {
    await run(`CREATE TRIGGER index_state_${i + 1} AFTER ${change} BEGIN
      UPDATE index_state SET token = randomblob(16);
    END`);
  }
}
