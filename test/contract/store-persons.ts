import { describe, expect, test } from "vitest";
import type { PersonRow } from "../../src/store/person-records.js";
import type { Store } from "../../src/store/store.js";
import type { OpenHome } from "./store.js";
import {
  aMerge,
  aNew,
  anErasure,
  aPerson,
  enrol,
  readAll,
  T0,
  withGalleries,
} from "./store-person-records.js";

/** Reading persons and templates, counting them, and the scan that fills the index. */
export function personContract(home: OpenHome): void {
  describe("reading persons", () => reading(home));
  describe("counting", () => counting(home));
  describe("retention", () => retention(home));
  describe("scanning", () => scanning(home));
}

const idsOf = (persons: readonly PersonRow[]) => persons.map(({ personId }) => personId);

async function enrolWithPart(store: Store, galleries: string[], partGalleries: string[]) {
  const root = await enrol(store, aPerson(galleries));
  const part = await enrol(store, aPerson(partGalleries, { mergedInto: root.personId }), 2);
  return { root, part };
}

function reading(home: OpenHome): void {
  test("parts come after the person's own row, and a merged row has none", async () => {
    const store = home.store();
    const root = await enrol(store, aPerson([]));
    const parts: PersonRow[] = [];
    for (let at = 0; at < 3; at++) {
      parts.push(await enrol(store, aPerson([], { mergedInto: root.personId })));
    }
    expect(await store.listParts(root.personId)).toEqual([root, ...parts]);
    expect(await store.listParts(parts[0]?.personId ?? "")).toEqual(parts.slice(0, 1));
    expect(await store.listParts("nobody")).toEqual([]);
  });

  test("templates lead to their own rows, also merged ones, and those gone to none", async () => {
    const store = home.store();
    const root = aNew(aPerson([]), 2);
    const part = aNew(aPerson([], { mergedInto: root.person.personId }));
    await store.insertPersons([root, part]);
    const ids = [...root.templates, ...part.templates].map(({ templateId }) => templateId);
    const [one = "", two = "", three = ""] = ids;
    expect(await store.listOwners([...ids, "gone", one])).toEqual(
      new Map([
        [one, root.person],
        [two, root.person],
        [three, part.person],
      ]),
    );
    expect(await store.listOwners([])).toEqual(new Map());
    const rows = [root.person.personId, part.person.personId, "nobody"];
    expect([...(await store.countTemplates(rows)).values()]).toEqual([2, 1, 0]);
  });

  test("persons are paged in the order of enrolment, in all and by gallery", async () => {
    const store = home.store();
    await withGalleries(store, "a", "b");
    const rows = Array.from({ length: 25 }, (_, at) => aPerson(at % 2 === 0 ? ["a"] : ["b"]));
    await store.insertPersons(rows.map((row) => aNew(row)));
    for (const galleryId of [null, "a", "b", "nothing"]) {
      const wanted = rows.filter((row) =>
        row.galleryIds.includes(galleryId ?? row.galleryIds[0] ?? ""),
      );
      const found = await readAll(4, (page) => store.listPersons(galleryId, page));
      expect(found).toEqual(wanted);
    }
  });

  test("a merged row is not listed, but its person is, in the galleries of every part", async () => {
    const store = home.store();
    await withGalleries(store, "a", "b");
    const { root, part } = await enrolWithPart(store, ["a"], ["a", "b"]);
    await enrol(store, aPerson(["b"], { mergedInto: root.personId }));
    const alone = await enrol(store, aPerson(["b"]));
    const list = (galleryId: string | null) =>
      readAll(1, (page) => store.listPersons(galleryId, page)).then(idsOf);
    expect(await list(null)).toEqual([root.personId, alone.personId]);
    expect(await list("a")).toEqual([root.personId]);
    expect(await list("b")).toEqual([root.personId, alone.personId]);
    await store.erasePersons([anErasure([part.personId])]);
    expect(await list("a")).toEqual([root.personId]);
  });

  test("rows after a template come in order, each once, with its first after that", async () => {
    const store = home.store();
    const rows = [aNew(aPerson([]), 3), aNew(aPerson([]), 1), aNew(aPerson([]), 2)];
    await store.insertPersons(rows);
    const [a = "", b = "", c = ""] = rows.map(({ person }) => person.personId);
    const all = await store.listPersonsAfter(0, 10);
    expect(all.map(({ personId }) => personId)).toEqual([a, b, c]);
    const [first = 0, , third = 0] = all.map(({ seq }) => seq);
    expect(await store.listPersonsAfter(first, 10)).toEqual([
      { personId: a, seq: first + 1 },
      ...all.slice(1),
    ]);
    expect(await store.listPersonsAfter(first, 2)).toHaveLength(2);
    expect(await store.listPersonsAfter(third + 1, 10)).toEqual([]);
    expect(await store.newestSeqs()).toEqual({ templateSeq: third + 1, erasureSeq: 0 });
  });

  test("a limit out of range, and too many ids at once, are refused", async () => {
    const store = home.store();
    for (const limit of [0, -1, 1.5, 10_001, Number.NaN]) {
      await expect(store.listExpired(T0, limit)).rejects.toThrow(/limit/);
      await expect(store.listErasures(0, limit)).rejects.toThrow(/limit/);
      await expect(store.listKeysBelow(1, limit)).rejects.toThrow(/limit/);
      await expect(store.listPersonsAfter(0, limit)).rejects.toThrow(/limit/);
    }
    const many = Array.from({ length: 10_001 }, (_, at) => String(at));
    await expect(store.listOwners(many)).rejects.toThrow(/too many/);
    await expect(store.countTemplates(many)).rejects.toThrow(/too many/);
    await expect(store.listDistinct(many)).rejects.toThrow(/too many/);
    expect((await store.listOwners(many.slice(1))).size).toBe(0);
  });
}

function counting(home: OpenHome): void {
  test("persons and templates are counted, in all and by gallery", async () => {
    const store = home.store();
    await withGalleries(store, "a", "b", "empty");
    for (const galleries of [["a"], ["a", "b"], []]) await enrol(store, aPerson(galleries), 2);
    await enrol(store, aPerson(["b"]));
    expect(await store.countPersons()).toBe(4);
    expect(await store.countGalleries()).toBe(3);
    expect(Object.fromEntries(await store.countByGallery())).toEqual({
      a: { persons: 2, templates: 4 },
      b: { persons: 2, templates: 3 },
      empty: { persons: 0, templates: 0 },
    });
  });

  test("a person of several rows counts once, also in a gallery that all of them are in", async () => {
    const store = home.store();
    await withGalleries(store, "a", "b");
    const { root } = await enrolWithPart(store, ["a"], ["a", "b"]);
    const other = await enrol(store, aPerson(["a"]));
    expect(await store.countPersons()).toBe(2);
    expect((await store.countByGallery()).get("a")).toEqual({ persons: 2, templates: 4 });
    expect((await store.countByGallery()).get("b")).toEqual({ persons: 1, templates: 2 });
    await store.putMerge(aMerge(other.personId, idsOf(await store.listParts(root.personId))));
    expect(await store.countPersons()).toBe(1);
    expect((await store.countByGallery()).get("a")).toEqual({ persons: 1, templates: 4 });
  });
}

function retention(home: OpenHome): void {
  test("who is due comes with the most overdue first, merged rows too", async () => {
    const store = home.store();
    expect(await store.expiredBacklog(T0)).toBeNull();
    const due = (retentionDeadlineMs: number) => aPerson([], { retentionDeadlineMs });
    const [late, now, later, latest] = [due(T0 - 10), due(T0), due(T0 + 1), due(T0 - 20)];
    for (const row of [late, now, later]) await enrol(store, row);
    await enrol(store, { ...latest, mergedInto: now.personId });
    const found = await store.listExpired(T0, 10);
    expect(idsOf(found)).toEqual([latest.personId, late.personId, now.personId]);
    expect(idsOf(await store.listExpired(T0, 1))).toEqual([latest.personId]);
    expect(await store.expiredBacklog(T0)).toEqual({ rows: 3, oldestDueMs: T0 - 20 });
    expect(await store.expiredBacklog(T0 - 21)).toBeNull();
    expect(await store.listExpired(T0 - 21, 10)).toEqual([]);
  });
}

function scanning(home: OpenHome): void {
  test("a scan gives every template once, in batches, with its own row", async () => {
    const store = home.store();
    await withGalleries(store, "a", "b");
    const root = aPerson(["a"]);
    const rows = [
      aNew(root),
      ...Array.from({ length: 29 }, (_, at) =>
        aNew(
          aPerson(["a", "b"], { mergedInto: at % 5 === 0 ? root.personId : null }),
          1 + (at % 3),
        ),
      ),
    ];
    await store.insertPersons(rows);
    const all = rows.flatMap(({ person, templates }) =>
      templates.map((template) => ({ person, template })),
    );
    for (const size of [1, 7, all.length, 1_000]) {
      const found: unknown[] = [];
      for await (const batch of store.scanTemplates(size)) {
        expect(batch.length).toBeLessThanOrEqual(size);
        found.push(...batch);
      }
      expect(found).toEqual(all);
    }
  });

  test("a scan misses nobody who stays, while others come and go", async () => {
    const store = home.store();
    const stays = Array.from({ length: 20 }, () => aPerson([]));
    const goes = Array.from({ length: 20 }, () => aPerson([]));
    for (const [at, person] of stays.entries()) {
      await enrol(store, person);
      await enrol(store, goes[at] ?? person);
    }
    const found: string[] = [];
    for await (const batch of store.scanTemplates(5)) {
      found.push(...batch.map(({ person }) => person.personId));
      const leaver = goes.pop();
      if (leaver !== undefined) await store.erasePersons([anErasure([leaver.personId])]);
      if (found.length < 40) await enrol(store, aPerson([]));
    }
    expect(new Set(found).size).toBe(found.length);
    expect(stays.every((person) => found.includes(person.personId))).toBe(true);
  });

  test("a scan of an empty store ends at once, and a batch size out of range throws", async () => {
    const batches: unknown[] = [];
    for await (const batch of home.store().scanTemplates(100)) batches.push(batch);
    expect(batches).toEqual([]);
    for (const size of [0, 1.5, 10_001, Number.NaN]) {
      expect(() => home.store().scanTemplates(size)).toThrow(RangeError);
    }
  });
}
