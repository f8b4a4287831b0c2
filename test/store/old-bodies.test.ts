import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Kysely, SqliteDialect } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import { migrate } from "../../src/store/migrate.js";
import { migrations } from "../../src/store/migrations/migrations.js";
import { openSqliteFile } from "../../src/store/sqlite-file.js";
import { openSqliteStore } from "../../src/store/sqlite-store.js";
import { anAssessment } from "../contract/store-records.js";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "cordon-store-"));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

const place = { latitude: 39.9, longitude: 116.3 };
const polygon = [
  [
    [116.3, 39.9],
    [116.31, 39.9],
    [116.31, 39.91],
    [116.3, 39.9],
  ],
];
const oldOperator = { name: "北京站\u0000", contact: '"quoted"' };
const oldZone = {
  zoneId: "gate",
  displayName: "Gate",
  state: "ACTIVE",
  placeType: "TRANSPORT_HUB",
  purpose: "PUBLIC_SAFETY",
  necessity: "Threats",
  geofence: { polygons: [polygon], original: { datum: "GCJ02", geojson: '{"a":null}' } },
  entrances: [{ entranceId: "east", displayName: "East", position: place }],
  validFromMs: 1,
  validUntilMs: 2,
  createdAtMs: 3,
  updatedAtMs: 4,
};
const oldSign = {
  signId: "s",
  zoneId: "gate",
  entranceId: "east",
  position: place,
  photoSha256: "ab".repeat(32),
  installedAtMs: 1_700_000_000_000,
};
const oldCamera = { cameraId: "c", zoneId: "gate", displayName: "Pole", position: null };
const oldConsent = { kind: "consent", givenAtMs: 5, evidenceSha256: "cd".repeat(32) };
const oldLaw = { kind: "law", citation: "Counter-Terrorism Law, Art. 50" };

/** More than the migration moves at once. */
const MANY = 250;

/** A database of the first schema with one record of each kind, as its server left it. */
async function writeOldDatabase(path: string): Promise<void> {
  const sqlite = await openSqliteFile({ path });
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: sqlite }) });
  await migrate(sqlite, db, migrations.slice(0, 1));
  const insert = (text: string, ...values: unknown[]) => sqlite.prepare(text).run(...values);
  insert("INSERT INTO operator VALUES (1, ?)", JSON.stringify(oldOperator));
  insert("INSERT INTO zones VALUES ('gate', ?)", JSON.stringify(oldZone));
  for (let at = 0; at < MANY; at++) {
    const zoneId = `zone-${at}`;
    insert("INSERT INTO zones VALUES (?, ?)", zoneId, JSON.stringify({ ...oldZone, zoneId }));
  }
  insert("INSERT INTO signs VALUES ('gate', 's', ?)", JSON.stringify(oldSign));
  insert("INSERT INTO cameras VALUES ('c', 'gate', ?)", JSON.stringify(oldCamera));
  const person = "INSERT INTO persons VALUES (?, x'01', x'02', ?, 6, 7)";
  insert(person, "consented", JSON.stringify(oldConsent));
  insert(person, "by-law", JSON.stringify(oldLaw));
  sqlite.close();
}

test("records of the first schema read back, with nothing taken as given that was not", async () => {
  const path = join(directory, "cordon.db");
  await writeOldDatabase(path);
  const store = await openSqliteStore({ path });
  expect(await store.getOperator()).toEqual({
    ...oldOperator,
    unifiedSocialCreditCode: "",
    region: "",
    officers: [],
    noticeRevision: 0,
  });
  expect(await store.getZone("gate")).toEqual({
    ...oldZone,
    method: "",
    permittedNetworks: [],
    retentionDaysMax: 365,
    inspectionIntervalDays: 90,
    privateAreas: [],
    noticeRevision: 0,
    assessmentRevision: 0,
  });
  const { items: zones } = await store.listZones({ size: 1000, token: "" });
  expect(zones.map(({ geofence }) => geofence)).toEqual(
    Array.from({ length: MANY + 1 }, () => oldZone.geofence),
  );
  const { items: signs } = await store.listSigns("gate", { size: 10, token: "" });
  const inspectedAtMs = oldSign.installedAtMs;
  expect(signs).toEqual([{ ...oldSign, items: [], inspectedAtMs, inspector: "" }]);
  expect(await store.getCamera("c")).toEqual({
    ...oldCamera,
    fieldOfView: null,
    deviceIdentity: "",
  });
  expect((await store.getPerson("consented"))?.lawfulBasis).toEqual({
    ...oldConsent,
    noticeId: "",
    noticeVersion: 0,
    channel: "",
    guardian: null,
  });
  expect((await store.getPerson("by-law"))?.lawfulBasis).toEqual(oldLaw);
  await store.close();
});

test("an assessment without the time of its content is as old as it can be", async () => {
  const path = join(directory, "cordon.db");
  await writeOldDatabase(path);
  const store = await openSqliteStore({ path });
  const assessment = anAssessment("a", ["gate"], { createdAtMs: 5, recordedAtMs: 7 });
  await store.putRecord("assessment", assessment);
  expect(await store.getRecord("assessment", "a")).toEqual(assessment);
  const sqlite = await openSqliteFile({ path });
  sqlite.exec("UPDATE records SET body = json_remove(body, '$.recordedAtMs')");
  sqlite.close();
  expect(await store.getRecord("assessment", "a")).toEqual({ ...assessment, recordedAtMs: 5 });
  await store.close();
});

test("a body that is no JSON does not stop the migration, and is refused when it is read", async () => {
  const path = join(directory, "cordon.db");
  await writeOldDatabase(path);
  const sqlite = await openSqliteFile({ path });
  sqlite.exec("UPDATE cameras SET body = '{\"cameraId\":'");
  sqlite.exec(`INSERT INTO zones VALUES ('broken', '{"zoneId":'), ('other', '{"geofence":3}')`);
  sqlite.close();
  const store = await openSqliteStore({ path });
  await expect(store.getCamera("c")).rejects.toMatchObject({ code: "CORRUPT" });
  for (const zoneId of ["broken", "other"]) {
    await expect(store.getZone(zoneId)).rejects.toMatchObject({ code: "CORRUPT" });
  }
  expect((await store.getZone("gate"))?.retentionDaysMax).toBe(365);
  await store.close();
});
