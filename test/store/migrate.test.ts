import SqliteDatabase from "better-sqlite3";
import { Kysely, SqliteDialect, sql } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import { migrate } from "../../src/store/migrate.js";
import { type Migration, migrations } from "../../src/store/migrations/migrations.js";

let sqlite: SqliteDatabase.Database;
let db: Kysely<unknown>;
beforeEach(() => {
  sqlite = new SqliteDatabase(":memory:");
  db = new Kysely({ dialect: new SqliteDialect({ database: sqlite }) });
});
afterEach(() => {
  sqlite.close();
});

const step = (text: string): Migration => ({
  name: text,
  up: async (one) => {
    await sql.raw(text).execute(one);
  },
});

test("an empty database is brought to the newest schema, and a second run changes nothing", async () => {
  await migrate(sqlite, db);
  expect(sqlite.pragma("user_version", { simple: true })).toBe(migrations.length);
  await migrate(sqlite, db);
  expect(sqlite.pragma("foreign_key_check")).toEqual([]);
});

test("only the steps that have not run yet are run", async () => {
  await migrate(sqlite, db, [step("CREATE TABLE a (x)")]);
  await migrate(sqlite, db, [step("CREATE TABLE a (x)"), step("CREATE TABLE b (x)")]);
  expect(sqlite.pragma("user_version", { simple: true })).toBe(2);
});

test("a step that fails leaves the database as it was before all of them", async () => {
  const steps = [step("CREATE TABLE a (x)"), step("CREATE TABLE b (x"), step("CREATE TABLE c (x)")];
  await expect(migrate(sqlite, db, steps)).rejects.toThrow();
  expect(sqlite.pragma("user_version", { simple: true })).toBe(0);
  expect(sqlite.prepare("SELECT name FROM sqlite_schema").all()).toEqual([]);
});

test("a schema newer than the code is refused", async () => {
  sqlite.pragma(`user_version = ${migrations.length + 1}`);
  await expect(migrate(sqlite, db)).rejects.toMatchObject({ code: "NEWER_SCHEMA" });
});

test("migrations are numbered from 1 without gaps", () => {
  const numbers = migrations.map(({ name }) => Number(name.slice(0, 4)));
  expect(numbers).toEqual(migrations.map((_, at) => at + 1));
});
