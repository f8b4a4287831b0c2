import { type Kysely, sql } from "kysely";
import { type PackedZone, packZone } from "../packed-zone.js";
import type { Zone } from "../records.js";

/** The records of the whole gate, and the fields that the older ones gained with them. */
export async function up<DB>(db: Kysely<DB>): Promise<void> {
  const run = (text: string) => sql.raw(text).execute(db);
  await run(`CREATE TABLE records (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (kind, key)
  ) STRICT`);
  // Without a zone: the record concerns every zone.
  await run(`CREATE TABLE record_zones (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    zone_id TEXT REFERENCES zones,
    FOREIGN KEY (kind, key) REFERENCES records ON DELETE CASCADE
  ) STRICT`);
  await run("CREATE INDEX record_zones_by_zone ON record_zones (kind, zone_id, key)");
  await run("CREATE INDEX record_zones_by_record ON record_zones (kind, key)");
  await run("ALTER TABLE cameras ADD COLUMN device_identity TEXT");
  await run(`CREATE UNIQUE INDEX cameras_by_device ON cameras (device_identity)
    WHERE device_identity IS NOT NULL`);
  for (const step of newFields) await run(step);
  await run("ALTER TABLE zones ADD COLUMN geometry BLOB NOT NULL DEFAULT x''");
  await packZones(db);
}

/** Zones packed at once. */
const BATCH = 100;

/** Moves the polygons out of the JSON: a server with ten thousand zones starts ten times as fast. */
async function packZones<DB>(db: Kysely<DB>): Promise<void> {
  let after = "";
  while (true) {
    const { rows } = await sql<{ zone_id: string; body: string }>`
      SELECT zone_id, body FROM zones WHERE zone_id > ${after} ORDER BY zone_id LIMIT ${BATCH}
    `.execute(db);
    for (const { zone_id, body } of rows) {
      const packed = packBody(body);
      if (packed === null) continue;
      const { geometry, ...rest } = packed;
      await sql`
        UPDATE zones SET body = ${JSON.stringify(rest)}, geometry = ${geometry}
        WHERE zone_id = ${zone_id}
      `.execute(db);
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < BATCH) return;
    after = last.zone_id;
  }
}

/** Null for what is no zone, which is left for the reader to refuse. */
function packBody(body: string): PackedZone | null {
  try {
    return packZone(JSON.parse(body) as Zone);
  } catch {
    return null;
  }
}

/**
 * What was not asked before is taken as not given, so that the gate is no laxer than it would be
 * for a new record: a sign carries no item, a consent names no notice. `json_insert` leaves what
 * is there as it is. A body that is no JSON is left for the reader to refuse.
 */
const newFields = [
  `UPDATE operator SET body = json_insert(body,
    '$.unifiedSocialCreditCode', '', '$.region', '', '$.officers', json('[]'))
    WHERE json_valid(body)`,
  `UPDATE zones SET body = json_insert(body,
    '$.method', '', '$.permittedNetworks', json('[]'), '$.retentionDaysMax', 365,
    '$.inspectionIntervalDays', 90, '$.privateAreas', json('[]'))
    WHERE json_valid(body)`,
  // The installation counts as the first inspection.
  `UPDATE signs SET body = json_insert(body,
    '$.items', json('[]'), '$.inspectedAtMs', json_extract(body, '$.installedAtMs'),
    '$.inspector', '')
    WHERE json_valid(body)`,
  `UPDATE cameras SET body = json_insert(body, '$.fieldOfView', NULL, '$.deviceIdentity', '')
    WHERE json_valid(body)`,
  `UPDATE persons SET lawful_basis = json_insert(lawful_basis,
    '$.noticeId', '', '$.noticeVersion', 0, '$.channel', '', '$.guardian', NULL)
    WHERE json_valid(lawful_basis) AND json_extract(lawful_basis, '$.kind') = 'consent'`,
] as const;
