import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { Kysely, SqliteDialect } from "kysely";
import { expect, test } from "vitest";
import { migrate } from "../../src/store/migrate.js";
import { migrations } from "../../src/store/migrations/migrations.js";
import { applicationId } from "../../src/store/sqlite-file.js";
import { openSqliteStore } from "../../src/store/sqlite-store.js";
import { aPerson, enrol, readAll } from "../contract/store-person-records.js";
import { inDirectory } from "./in-directory.js";

/** More than the migration reads at once. */
const MANY = 1_100;

interface OldPerson {
  readonly personId: string;
  readonly wrappedKey: Uint8Array;
  readonly galleryIds: readonly string[];
  readonly templateIds: readonly string[];
}

/** A wrapped key: its format, then the version of the key that wrapped it, then the rest. */
function wrapped(keyVersion: number): Uint8Array {
  const key = randomBytes(73);
  key[0] = 1;
  key.writeUInt32BE(keyVersion, 1);
  return new Uint8Array(key);
}

/** A database of the second schema with persons in it, as its server left it. */
async function writeOldDatabase(path: string): Promise<OldPerson[]> {
  const sqlite = new SqliteDatabase(path);
  sqlite.pragma("journal_mode = WAL");
  sqlite.pragma("secure_delete = ON");
  sqlite.pragma(`application_id = ${applicationId}`);
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: sqlite }) });
  await migrate(sqlite, db, migrations.slice(0, 2));
  for (const id of ["a", "b"]) {
    const body = JSON.stringify({ galleryId: id, displayName: id, createdAtMs: 1 });
    sqlite.prepare("INSERT INTO galleries VALUES (?, ?)").run(id, body);
  }
  const persons = Array.from({ length: MANY }, (_, at): OldPerson => {
    const personId = `person-${String((at * 7919) % MANY).padStart(4, "0")}`;
    return {
      personId,
      wrappedKey: at === 3 ? new Uint8Array([1]) : wrapped(at % 3),
      galleryIds: at % 2 === 0 ? ["b", "a"] : at % 5 === 0 ? [] : ["a"],
      templateIds: Array.from({ length: at % 4 }, (_, n) => `${personId}/${n}`),
    };
  });
  sqlite.transaction(() => {
    for (const person of persons) insertOld(sqlite, person);
  })();
  // The newest templates and a person from the middle are gone again.
  insertOld(sqlite, { ...persons[0], personId: "gone", templateIds: ["x", "y"] } as OldPerson);
  for (const table of ["templates", "memberships", "persons"]) {
    sqlite.exec(`DELETE FROM ${table} WHERE person_id IN ('gone', 'person-0617')`);
  }
  sqlite.close();
  return persons.filter(({ personId }) => personId !== "person-0617");
}

function insertOld(sqlite: SqliteDatabase.Database, person: OldPerson): void {
  const { personId, wrappedKey } = person;
  const basis = JSON.stringify({ kind: "law", citation: "A law" });
  const insert = (table: string, ...values: unknown[]) =>
    sqlite.prepare(`INSERT INTO ${table} VALUES (${values.map(() => "?").join()})`).run(...values);
  insert("persons", personId, wrappedKey, Buffer.from("details"), basis, 5, 6);
  for (const galleryId of person.galleryIds) insert("memberships", galleryId, personId);
  for (const templateId of person.templateIds) {
    insert("templates", null, templateId, personId, "pack", Buffer.from(templateId), 7);
  }
}

test("persons of the second schema are all there, with key versions read from their keys", async () => {
  await inDirectory(async (directory) => {
    const path = join(directory, "cordon.db");
    const old = await writeOldDatabase(path);
    const store = await openSqliteStore({ path });
    const persons = await readAll(1_000, (page) => store.listPersons(null, page));
    expect(persons).toEqual(
      old.map(({ personId, wrappedKey, galleryIds }) => ({
        personId,
        wrappedKey,
        keyVersion: wrappedKey[4] === 2 ? 2 : 1,
        mergedInto: null,
        requestKey: null,
        sealedDetails: new Uint8Array(Buffer.from("details")),
        lawfulBasis: { kind: "law", citation: "A law" },
        retentionDeadlineMs: 5,
        createdAtMs: 6,
        galleryIds: [...galleryIds].sort(),
      })),
    );
    const scanned: string[] = [];
    for await (const batch of store.scanTemplates(100)) {
      for (const { template, person } of batch) {
        expect(template.templateId).toBe(Buffer.from(template.sealed).toString());
        expect(person.personId).toBe(template.personId);
        scanned.push(template.templateId);
      }
    }
    expect(scanned).toEqual(old.flatMap(({ templateIds }) => templateIds));
    const inA = old.filter(({ galleryIds }) => galleryIds.includes("a"));
    expect((await store.countByGallery()).get("a")).toEqual({
      persons: inA.length,
      templates: inA.flatMap(({ templateIds }) => templateIds).length,
    });
    expect(await store.countPersons()).toBe(old.length);
    expect((await store.countByKeyVersion()).get(2)).toBe(
      old.filter(({ wrappedKey }) => wrappedKey[4] === 2).length,
    );
    expect(await store.getMark()).toBeNull();
    await store.close();
  });
});

test("the seq of a template that is gone is not given again after the migration", async () => {
  await inDirectory(async (directory) => {
    const path = join(directory, "cordon.db");
    await writeOldDatabase(path);
    const store = await openSqliteStore({ path });
    const { templateSeq } = await store.newestSeqs();
    const person = await enrol(store, aPerson(["a"]));
    expect((await store.newestSeqs()).templateSeq).toBe(templateSeq + 3);
    expect(await store.listPersonsAfter(templateSeq, 10)).toEqual([
      { personId: person.personId, seq: templateSeq + 3 },
    ]);
    await store.close();
  });
});

test("the migrated database is sound, and nothing of who was deleted before is left in it", async () => {
  await inDirectory(async (directory) => {
    const path = join(directory, "cordon.db");
    await writeOldDatabase(path);
    await (await openSqliteStore({ path })).close();
    const sqlite = new SqliteDatabase(path);
    expect(sqlite.pragma("integrity_check", { simple: true })).toBe("ok");
    expect(sqlite.pragma("foreign_key_check")).toEqual([]);
    const tables = sqlite.prepare("SELECT name FROM sqlite_schema WHERE name LIKE 'old%'").all();
    expect(tables).toEqual([]);
    sqlite.close();
    expect(readFileSync(path).includes("person-0617")).toBe(false);
  });
});
