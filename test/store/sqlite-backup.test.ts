import { cp, mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { expect, test } from "vitest";
import { openSqliteStore } from "../../src/store/sqlite-store.js";
import type { NewPerson, Store } from "../../src/store/store.js";
import { openSqliteStoreInWorker } from "../../src/store/worker-store.js";
import {
  aNew,
  anErasure,
  aPerson,
  aRequestKey,
  enrol,
  readAll,
  withGalleries,
} from "../contract/store-person-records.js";
import { inDirectory } from "./in-directory.js";
import { countTraces, tracesOf } from "./traces.js";

/** Several steps of a back-up. */
const MANY = 3_000;

async function fill(store: Store, count: number): Promise<NewPerson[]> {
  await withGalleries(store, "g");
  const rows = Array.from({ length: count }, () =>
    aNew(aPerson(["g"], { requestKey: aRequestKey() }), 2),
  );
  for (let at = 0; at < count; at += 500) await store.insertPersons(rows.slice(at, at + 500));
  return rows;
}

/** Opens a copy as a restored store, in a data directory of its own. */
async function restore(directory: string, copy: string): Promise<Store> {
  const data = join(directory, "restored");
  await mkdir(data, { mode: 0o700 });
  await cp(copy, join(data, "cordon.db"));
  return openSqliteStore({ path: join(data, "cordon.db") });
}

async function copies(directory: string): Promise<string> {
  const path = join(directory, "copies");
  await mkdir(path);
  return path;
}

test("a copy opens as a store of the same instance, with everything in it, and works on", async () => {
  await inDirectory(async (directory) => {
    const folder = await copies(directory);
    const store = await openSqliteStore({ path: join(directory, "data", "cordon.db") });
    const rows = await fill(store, 40);
    await store.erasePersons([anErasure([rows[0]?.person.personId ?? ""])]);
    await store.backup(join(folder, "copy.db"));
    await enrol(store, aPerson(["g"]));
    expect(await readdir(folder)).toEqual(["copy.db"]);
    const copy = await restore(directory, join(folder, "copy.db"));
    expect(await copy.getInstanceId()).toBe(await store.getInstanceId());
    const persons = await readAll(100, (page) => copy.listPersons("g", page));
    expect(persons).toEqual(rows.slice(1).map(({ person }) => person));
    expect(await copy.listErasures(0, 10)).toEqual(await store.listErasures(0, 10));
    await enrol(copy, aPerson(["g"]));
    expect(await copy.countPersons()).toBe(40);
    await Promise.all([copy.close(), store.close()]);
  });
});

test("calls go on during a back-up, and who was erased meanwhile is not in it", async () => {
  await inDirectory(async (directory) => {
    const folder = await copies(directory);
    const store = await openSqliteStoreInWorker({ path: join(directory, "data", "cordon.db") });
    const rows = await fill(store, MANY);
    let whole = false;
    const backup = store.backup(join(folder, "copy.db")).then(() => {
      whole = true;
    });
    const gone: NewPerson[] = [];
    const added: NewPerson[] = [];
    // From both ends, so that pages are hit before and after they are copied.
    for (let at = 0; !whole; at++) {
      const victim = at % 2 === 0 ? rows.shift() : rows.pop();
      if (victim === undefined) break;
      await store.erasePersons([anErasure([victim.person.personId])]);
      if (!whole) gone.push(victim);
      else rows.push(victim);
      const comer = aNew(aPerson(["g"]));
      if (!whole) await store.insertPersons([comer]);
      added.push(comer);
    }
    await backup;
    expect(gone.length).toBeGreaterThan(1);
    expect(await countTraces(folder, gone.flatMap(tracesOf))).toBe(0);
    const raw = new SqliteDatabase(join(folder, "copy.db"), { readonly: true });
    expect(raw.pragma("integrity_check", { simple: true })).toBe("ok");
    raw.close();
    const copy = await restore(directory, join(folder, "copy.db"));
    for (const { person } of gone) expect(await copy.getPerson(person.personId)).toBeNull();
    for (const { person } of rows.slice(10, 20)) {
      expect(await copy.getPerson(person.personId)).toEqual(person);
    }
    expect(await copy.countPersons()).toBeGreaterThanOrEqual(rows.length - 1);
    await Promise.all([copy.close(), store.close()]);
  });
});

test("several back-ups at once are each whole", async () => {
  await inDirectory(async (directory) => {
    const folder = await copies(directory);
    const store = await openSqliteStore({ path: join(directory, "data", "cordon.db") });
    await fill(store, 500);
    const names = ["a.db", "b.db", "c.db"];
    await Promise.all([
      ...names.map((name) => store.backup(join(folder, name))),
      ...Array.from({ length: 50 }, () => enrol(store, aPerson([]))),
    ]);
    for (const name of names) {
      const raw = new SqliteDatabase(join(folder, name), { readonly: true });
      expect(raw.pragma("integrity_check", { simple: true })).toBe("ok");
      expect(raw.prepare("SELECT count(*) FROM persons").pluck().get()).toBeGreaterThanOrEqual(500);
      raw.close();
    }
    await store.close();
  });
});

test("of two back-ups to one name the first to end stands", async () => {
  await inDirectory(async (directory) => {
    const folder = await copies(directory);
    const store = await openSqliteStore({ path: join(directory, "data", "cordon.db") });
    const both = await Promise.allSettled([1, 2].map(() => store.backup(join(folder, "one.db"))));
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(both.find(({ status }) => status === "rejected")).toMatchObject({
      reason: { code: "UNUSABLE_PATH" },
    });
    expect(await readdir(folder)).toEqual(["one.db"]);
    await store.close();
  });
});

test("closing the store stops a back-up, and leaves nothing of it", async () => {
  await inDirectory(async (directory) => {
    const folder = await copies(directory);
    const store = await openSqliteStore({ path: join(directory, "data", "cordon.db") });
    await fill(store, MANY);
    const backup = store.backup(join(folder, "copy.db"));
    const stopped = expect(backup).rejects.toMatchObject({ code: "CLOSED" });
    await store.close();
    await stopped;
    expect(await readdir(folder)).toEqual([]);
    await expect(store.backup(join(folder, "late.db"))).rejects.toMatchObject({ code: "CLOSED" });
    const again = await openSqliteStore({ path: join(directory, "data", "cordon.db") });
    expect(await again.countPersons()).toBe(MANY);
    await again.backup(join(folder, "copy.db"));
    expect((await stat(join(folder, "copy.db"))).size).toBeGreaterThan(MANY * 1_000);
    await again.close();
  });
});
