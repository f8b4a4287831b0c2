import { describe, expect, test } from "vitest";
import type { Store } from "../../src/store/store.js";
import type { OpenHome } from "./store.js";
import { aConsent, aGallery, aPerson, aTemplate } from "./store-records.js";

/** Persons, their templates, and the scan that fills the index. */
export function personContract(home: OpenHome): void {
  describe("inserting persons", () => inserting(home));
  describe("deleting persons", () => deleting(home));
  describe("counting and scanning", () => scanning(home));
}

function inserting(home: OpenHome): void {
  test("a person comes back with the galleries, and templates in their order", async () => {
    await withGalleries(home.store(), "a", "b");
    const person = aPerson(["b", "a"]);
    const templates = [aTemplate(person.personId), aTemplate(person.personId)];
    await home.store().insertPerson(person, templates);
    const again = await home.reopen();
    const read = await again.getPerson(person.personId);
    expect(read).toEqual({ ...person, galleryIds: ["a", "b"] });
    expect(await again.listTemplatesOf(person.personId)).toEqual(templates);
    expect(await again.getPerson("nobody")).toBeNull();
    expect(await again.listTemplatesOf("nobody")).toEqual([]);
  });

  test("an insert that fails half-way leaves nothing, and takes nothing else with it", async () => {
    const store = home.store();
    await withGalleries(store, "a");
    const broken = aPerson(["a"]);
    const twin = aTemplate(broken.personId);
    const others = Array.from({ length: 20 }, () => aPerson(["a"]));
    const results = await Promise.allSettled([
      ...others.slice(0, 10).map((person) => store.insertPerson(person, [])),
      store.insertPerson(broken, [twin, { ...aTemplate(broken.personId), ...twin }]),
      ...others.slice(10).map((person) => store.insertPerson(person, [])),
    ]);
    const rejected = results.filter((result) => result.status === "rejected");
    expect(rejected).toHaveLength(1);
    expect(rejected[0]?.reason).toMatchObject({ status: "ALREADY_EXISTS" });
    expect(await store.getPerson(broken.personId)).toBeNull();
    expect(await store.listTemplatesOf(broken.personId)).toEqual([]);
    expect(await store.countPersons()).toBe(20);
  });

  test("an id that is taken is ALREADY_EXISTS, and the first person stays as it was", async () => {
    const store = home.store();
    await withGalleries(store, "a");
    const first = aPerson(["a"]);
    const template = aTemplate(first.personId);
    await store.insertPerson(first, [template]);
    const error = { status: "ALREADY_EXISTS" };
    const same = aPerson([], first.personId);
    await expect(store.insertPerson(same, [])).rejects.toMatchObject(error);
    const other = aPerson(["a"]);
    const taken = aTemplate(other.personId, template.templateId);
    await expect(store.insertPerson(other, [taken])).rejects.toMatchObject(error);
    expect(await store.getPerson(first.personId)).toEqual(first);
    expect(await store.getPerson(other.personId)).toBeNull();
  });

  test("a gallery that does not exist is NOT_FOUND, and nothing is written", async () => {
    await withGalleries(home.store(), "a");
    const person = aPerson(["a", "nothing"]);
    await expect(home.store().insertPerson(person, [])).rejects.toMatchObject({
      status: "NOT_FOUND",
    });
    expect(await home.store().countPersons()).toBe(0);
  });

  test("what is no person is refused: wrong owner, empty or huge bytes, a bad basis", async () => {
    const store = home.store();
    const person = aPerson([]);
    const empty = new Uint8Array(0);
    const huge = new Uint8Array(65_537);
    const refusals = [
      store.insertPerson(person, [aTemplate("another")]),
      store.insertPerson(person, [{ ...aTemplate(person.personId), sealed: empty }]),
      store.insertPerson(person, [{ ...aTemplate(person.personId), sealed: huge }]),
      store.insertPerson({ ...person, wrappedKey: empty }, []),
      store.insertPerson({ ...person, retentionDeadlineMs: 0.5 }, []),
      store.insertPerson({ ...person, lawfulBasis: { ...aConsent, evidenceSha256: "AB" } }, []),
      store.insertPerson(
        person,
        Array.from({ length: 65 }, () => aTemplate(person.personId)),
      ),
    ];
    for (const result of await Promise.allSettled(refusals)) {
      expect(result).toMatchObject({ status: "rejected", reason: { code: "RECORD_INVALID" } });
    }
    expect(await store.countPersons()).toBe(0);
  });

  test("a lawful basis by law comes back in its own words", async () => {
    const basis = { kind: "law", citation: "《反恐怖主义法》第五十条" } as const;
    const person = { ...aPerson([]), lawfulBasis: basis };
    await home.store().insertPerson(person, []);
    expect((await home.store().getPerson(person.personId))?.lawfulBasis).toEqual(basis);
  });
}

function deleting(home: OpenHome): void {
  test("a deleted person is gone with templates and memberships, and only that one", async () => {
    const store = home.store();
    await withGalleries(store, "a");
    const [gone, stays] = [aPerson(["a"]), aPerson(["a"])];
    await store.insertPerson(gone, [aTemplate(gone.personId), aTemplate(gone.personId)]);
    await store.insertPerson(stays, [aTemplate(stays.personId)]);
    expect(await store.deletePerson(gone.personId)).toEqual({ templatesDeleted: 2 });
    expect(await store.deletePerson(gone.personId)).toBeNull();
    const again = await home.reopen();
    expect(await again.getPerson(gone.personId)).toBeNull();
    expect(await again.listTemplatesOf(gone.personId)).toEqual([]);
    expect(await again.listTemplatesOf(stays.personId)).toHaveLength(1);
    const page = await again.listPersons("a", { size: 10, token: "" });
    expect(page.items.map((person) => person.personId)).toEqual([stays.personId]);
  });
}

function scanning(home: OpenHome): void {
  test("persons and templates are counted, in all and by gallery", async () => {
    const store = home.store();
    await withGalleries(store, "a", "b", "empty");
    for (const galleries of [["a"], ["a", "b"], []]) {
      const person = aPerson(galleries);
      await store.insertPerson(person, [aTemplate(person.personId), aTemplate(person.personId)]);
    }
    await store.insertPerson(aPerson(["b"]), []);
    expect(await store.countPersons()).toBe(4);
    expect(Object.fromEntries(await store.countByGallery())).toEqual({
      a: { persons: 2, templates: 4 },
      b: { persons: 2, templates: 2 },
      empty: { persons: 0, templates: 0 },
    });
  });

  test("persons are paged by id, in all and by gallery", async () => {
    const store = home.store();
    await withGalleries(store, "a", "b");
    const persons = Array.from({ length: 25 }, (_, at) => aPerson(at % 2 === 0 ? ["a"] : ["b"]));
    await Promise.all(persons.map((person) => store.insertPerson(person, [])));
    const ids = (galleryId: string | null) =>
      persons
        .filter((person) => galleryId === null || person.galleryIds.includes(galleryId))
        .map((person) => person.personId)
        .sort();
    for (const galleryId of [null, "a", "b", "nothing"]) {
      const found: string[] = [];
      let token = "";
      do {
        const page = await store.listPersons(galleryId, { size: 4, token });
        found.push(...page.items.map((person) => person.personId));
        token = page.nextPageToken;
      } while (token !== "");
      expect(found).toEqual(ids(galleryId));
    }
  });

  test("a scan gives every template once, in batches, with its person", async () => {
    const store = home.store();
    await withGalleries(store, "a", "b");
    const persons = Array.from({ length: 30 }, () => aPerson(["a", "b"]));
    const templates = persons.map((person) => [
      aTemplate(person.personId),
      aTemplate(person.personId),
    ]);
    await Promise.all(persons.map((person, at) => store.insertPerson(person, templates[at] ?? [])));
    const found = new Map<string, string>();
    for await (const batch of store.scanTemplates(7)) {
      expect(batch.length).toBeLessThanOrEqual(7);
      for (const { template, person } of batch) {
        expect(found.has(template.templateId)).toBe(false);
        expect(person).toEqual(persons.find((one) => one.personId === template.personId));
        found.set(template.templateId, template.personId);
      }
    }
    expect(found.size).toBe(60);
  });

  test("a scan misses nobody who stays, while others come and go", async () => {
    const store = home.store();
    const stays = Array.from({ length: 20 }, () => aPerson([]));
    const goes = Array.from({ length: 20 }, () => aPerson([]));
    for (const [at, person] of stays.entries()) {
      const leaver = goes[at] ?? person;
      await store.insertPerson(person, [aTemplate(person.personId)]);
      await store.insertPerson(leaver, [aTemplate(leaver.personId)]);
    }
    const found: string[] = [];
    for await (const batch of store.scanTemplates(5)) {
      found.push(...batch.map(({ person }) => person.personId));
      const leaver = goes.pop();
      if (leaver !== undefined) await store.deletePerson(leaver.personId);
      const comer = aPerson([]);
      if (found.length < 40) await store.insertPerson(comer, [aTemplate(comer.personId)]);
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

async function withGalleries(store: Store, ...ids: readonly string[]): Promise<void> {
  for (const id of ids) await store.insertGallery(aGallery(id));
}
