import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { openSqliteStore } from "../../src/store/sqlite-store.js";
import type { NewPerson } from "../../src/store/store.js";
import {
  aNew,
  anErasure,
  aPerson,
  aRequestKey,
  withGalleries,
} from "../contract/store-person-records.js";
import { inDirectory } from "./in-directory.js";
import { countTraces, tracesOf } from "./traces.js";

const idOf = ({ person }: NewPerson) => person.personId;
const aRow = (mergedInto: string | null = null) =>
  aNew(aPerson(["g"], { mergedInto, requestKey: aRequestKey() }), 2);

test("an erasure leaves no bytes of keys, details or templates in any file", async () => {
  await inDirectory(async (directory) => {
    const store = await openSqliteStore({ path: join(directory, "cordon.db") });
    await withGalleries(store, "g");
    const rows = Array.from({ length: 40 }, () => aRow());
    await store.insertPersons(rows);
    const [gone, stay] = [rows.slice(0, 20).flatMap(tracesOf), rows.slice(20).flatMap(tracesOf)];
    expect(await countTraces(directory, gone)).toBeGreaterThanOrEqual(gone.length);
    const erasures = rows.slice(0, 20).map((row) => anErasure([idOf(row)]));
    await Promise.all(erasures.map((erasure) => store.erasePersons([erasure])));
    expect(await countTraces(directory, gone)).toBe(0);
    expect(await countTraces(directory, stay)).toBe(stay.length);
    await store.close();
    expect(await countTraces(directory, gone)).toBe(0);
  });
});

test("nor of three rows of one person, in a database with free pages, nor of who is discarded", async () => {
  await inDirectory(async (directory) => {
    const store = await openSqliteStore({ path: join(directory, "cordon.db") });
    await withGalleries(store, "g");
    const before = Array.from({ length: 100 }, () => aRow());
    await store.insertPersons(before);
    await store.erasePersons(before.slice(10).map((row) => anErasure([idOf(row)])));
    const root = aRow();
    const parts = [aRow(idOf(root)), aRow(idOf(root))];
    const discarded = aRow();
    await store.insertPersons([root, ...parts, discarded]);
    await store.erasePersons([anErasure([root, ...parts].map(idOf))]);
    await store.discardPersons([idOf(discarded)]);
    const gone = [...before.slice(10), root, ...parts, discarded].flatMap(tracesOf);
    expect(await countTraces(directory, gone)).toBe(0);
    await store.close();
  });
});

test("nor of copies that SQLite made of rows while it moved them from page to page", async () => {
  await inDirectory(async (directory) => {
    const store = await openSqliteStore({ path: join(directory, "cordon.db") });
    const live: NewPerson[] = [];
    const gone: NewPerson[] = [];
    // Rows of all sizes come and go: their pages are balanced all the time.
    for (let round = 0; round < 60; round++) {
      const batch = Array.from({ length: 40 }, () => rowOfAnySize());
      await store.insertPersons(batch);
      live.push(...batch);
      live.sort(() => Math.random() - 0.5);
      const leave = live.splice(0, round % 4 === 3 ? 90 : 20);
      await store.erasePersons(leave.map((row) => anErasure([idOf(row)])));
      gone.push(...leave);
    }
    expect(await countTraces(directory, gone.slice(-600).flatMap(tracesOf))).toBe(0);
    const stay = live.slice(0, 300).flatMap(tracesOf);
    expect(await countTraces(directory, stay)).toBe(stay.length);
    await store.close();
    const again = await openSqliteStore({ path: join(directory, "cordon.db") });
    expect(await again.countPersons()).toBe(live.length);
    await again.close();
  });
});

function rowOfAnySize(): NewPerson {
  const some = (most: number) => new Uint8Array(randomBytes(24 + Math.floor(Math.random() * most)));
  const row = aNew(aPerson([], { sealedDetails: some(900) }), 1);
  return { ...row, templates: row.templates.map((one) => ({ ...one, sealed: some(2_500) })) };
}

test("nor after a kill -9 as soon as the erasure was acknowledged", async () => {
  await inDirectory(async (directory) => {
    const script = fileURLToPath(new URL("erase-then-die.mjs", import.meta.url));
    const path = join(directory, "cordon.db");
    const child = spawn(process.execPath, [script, path], { stdio: ["ignore", "pipe", "inherit"] });
    const exited = once(child, "exit");
    const lines = (await text(child.stdout)).trim().split("\n");
    expect((await exited)[1]).toBe("SIGKILL");
    const traces = lines.map((line) => new Uint8Array(Buffer.from(line, "hex")));
    expect(traces).toHaveLength(90);
    expect(await countTraces(directory, traces)).toBe(0);
    const store = await openSqliteStore({ path });
    expect(await store.countPersons()).toBe(70);
    expect(await store.listErasures(0, 100)).toHaveLength(30);
    await store.close();
    expect(await countTraces(directory, traces)).toBe(0);
  });
});
