import { describe, expect, test } from "vitest";
import type { NewPerson } from "../../src/store/store.js";
import type { OpenHome } from "./store.js";
import {
  aMerge,
  aNew,
  anErasure,
  aPair,
  aPerson,
  aRequestKey,
  aTemplate,
  enrol,
  withGalleries,
} from "./store-person-records.js";
import { aConsent } from "./store-records.js";

/** Enrolment: what is inserted, what is not, and what is refused as a whole. */
export function insertionContract(home: OpenHome): void {
  describe("inserting persons", () => {
    inserting(home);
    outcomes(home);
    refusals(home);
  });
}

function inserting(home: OpenHome): void {
  test("a person comes back with the galleries, and templates in their order", async () => {
    await withGalleries(home.store(), "a", "b");
    const person = aPerson(["b", "a"], { requestKey: aRequestKey(), keyVersion: 4_000_000_000 });
    const one = aNew(person, 3);
    expect(await home.store().insertPersons([one])).toEqual([{ kind: "inserted" }]);
    const again = await home.reopen();
    expect(await again.getPerson(person.personId)).toEqual({ ...person, galleryIds: ["a", "b"] });
    expect(await again.listTemplatesOf(person.personId)).toEqual(one.templates);
    expect(await again.getPerson("nobody")).toBeNull();
    expect(await again.listTemplatesOf("nobody")).toEqual([]);
  });

  test("a batch is inserted in its order, and an empty one is none", async () => {
    const store = home.store();
    const batch = Array.from({ length: 100 }, (_, at) => aNew(aPerson([]), 1 + (at % 3)));
    const outcomes = await store.insertPersons(batch);
    expect(outcomes).toEqual(batch.map(() => ({ kind: "inserted" })));
    const after = await store.listPersonsAfter(0, 1_000);
    expect(after.map(({ personId }) => personId)).toEqual(
      batch.map(({ person }) => person.personId),
    );
    expect(await store.insertPersons([])).toEqual([]);
  });

  test("a lawful basis by law comes back in its own words", async () => {
    const basis = { kind: "law", citation: "《反恐怖主义法》第五十条" } as const;
    const person = await enrol(home.store(), aPerson([], { lawfulBasis: basis }));
    expect((await home.store().getPerson(person.personId))?.lawfulBasis).toEqual(basis);
  });

  test("a row may be merged into one that comes with it, and bring its decisions", async () => {
    const store = home.store();
    const [root, other] = [aPerson([]), aPerson([])];
    const part = aPerson([], { mergedInto: root.personId });
    const merge = aMerge(root.personId, [part.personId]);
    const pair = aPair(part.personId, other.personId);
    const linked = { ...aNew(part), merge, distinct: [pair] };
    await store.insertPersons([aNew(root), aNew(other), linked]);
    expect(await store.listParts(root.personId)).toEqual([root, part]);
    expect(await store.getMerge(merge.mergeId)).toEqual(merge);
    expect(await store.listDistinct([other.personId])).toEqual([pair]);
    expect(await store.countPersons()).toBe(2);
  });

  test("a distinct pair with somebody who is gone is left out", async () => {
    const person = aPerson([]);
    const distinct = [aPair(person.personId, "gone")];
    const outcomes = await home.store().insertPersons([{ ...aNew(person), distinct }]);
    expect(outcomes).toEqual([{ kind: "inserted" }]);
    expect(await home.store().listDistinct([person.personId])).toEqual([]);
  });
}

function outcomes(home: OpenHome): void {
  test("each outcome is told in its place, and what is not inserted leaves nothing", async () => {
    const store = home.store();
    await withGalleries(store, "a");
    const taken = await enrol(store, aPerson(["a"], { requestKey: aRequestKey() }));
    const part = await enrol(store, aPerson([], { mergedInto: taken.personId }));
    const [first, last] = [aNew(aPerson(["a"])), aNew(aPerson(["a"]), 2)];
    const bad = [
      aNew(aPerson(["a", "nothing"], { requestKey: aRequestKey() })),
      aNew(aPerson(["a"], { mergedInto: "nobody", requestKey: aRequestKey() })),
      aNew(aPerson(["a"], { mergedInto: part.personId })),
      aNew(aPerson(["a"], { requestKey: taken.requestKey })),
    ];
    expect(await store.insertPersons([first, ...bad, last])).toEqual([
      { kind: "inserted" },
      { kind: "gallery-absent", galleryId: "nothing" },
      { kind: "root-absent" },
      { kind: "root-absent" },
      { kind: "request-taken" },
      { kind: "inserted" },
    ]);
    for (const { person, templates, merge } of bad) {
      expect(await store.getPerson(person.personId)).toBeNull();
      expect(await store.listOwners(templates.map((one) => one.templateId))).toEqual(new Map());
      if (merge !== null) expect(await store.getMerge(merge.mergeId)).toBeNull();
    }
    const free = bad.flatMap(({ person: { requestKey } }) => requestKey ?? []).slice(0, 2);
    expect(await store.findRequests(free)).toEqual(new Map());
    expect(await store.countPersons()).toBe(3);
    expect((await store.countByGallery()).get("a")).toEqual({ persons: 3, templates: 4 });
  });

  test("of two rows with one request key in a batch the first is taken", async () => {
    const requestKey = aRequestKey();
    const twins = [aPerson([], { requestKey }), aPerson([], { requestKey })];
    const outcomes = await home.store().insertPersons(twins.map((twin) => aNew(twin)));
    expect(outcomes.map(({ kind }) => kind)).toEqual(["inserted", "request-taken"]);
    const hex = Buffer.from(requestKey).toString("hex");
    expect(await home.store().findRequests([requestKey, aRequestKey()])).toEqual(
      new Map([[hex, { personId: twins[0]?.personId, erased: false }]]),
    );
  });

  test("the request key of somebody erased stays used, of somebody discarded it is free", async () => {
    const store = home.store();
    const [erased, discarded] = [aRequestKey(), aRequestKey()];
    const gone = await enrol(store, aPerson([], { requestKey: erased }));
    const undone = await enrol(store, aPerson([], { requestKey: discarded }));
    await store.erasePersons([anErasure([gone.personId])]);
    await store.discardPersons([undone.personId]);
    const again = await home.reopen();
    expect([...(await again.findRequests([erased, discarded])).values()]).toEqual([
      { personId: gone.personId, erased: true },
    ]);
    const outcomes = await again.insertPersons(
      [erased, discarded].map((requestKey) => aNew(aPerson([], { requestKey }))),
    );
    expect(outcomes.map(({ kind }) => kind)).toEqual(["request-taken", "inserted"]);
  });
}

function refusals(home: OpenHome): void {
  test("an id that is taken refuses the batch, and the first person stays as it was", async () => {
    const store = home.store();
    await withGalleries(store, "a");
    const first = aNew(aPerson(["a"]));
    await store.insertPersons([first]);
    const [templateId] = first.templates.map((template) => template.templateId);
    const other = aPerson(["a"]);
    const stolen = [aTemplate(other.personId, templateId)];
    const error = { status: "ALREADY_EXISTS" };
    const same = aNew(aPerson([], { personId: first.person.personId }));
    await expect(store.insertPersons([aNew(aPerson([])), same])).rejects.toMatchObject(error);
    await expect(
      store.insertPersons([aNew(aPerson([])), { ...aNew(other), templates: stolen }]),
    ).rejects.toMatchObject(error);
    expect(await store.getPerson(first.person.personId)).toEqual(first.person);
    expect(await store.countPersons()).toBe(1);
  });

  test("a batch that fails takes no other with it", async () => {
    const store = home.store();
    const twin = aNew(aPerson([]), 2);
    const [template] = twin.templates;
    const broken = { ...twin, templates: twin.templates.map((one) => template ?? one) };
    const batches = Array.from({ length: 20 }, () => [aNew(aPerson([]))]);
    const results = await Promise.allSettled([
      ...batches.slice(0, 10).map((batch) => store.insertPersons(batch)),
      store.insertPersons([aNew(aPerson([])), broken]),
      ...batches.slice(10).map((batch) => store.insertPersons(batch)),
    ]);
    expect(results.filter(({ status }) => status === "rejected")).toHaveLength(1);
    expect(await store.countPersons()).toBe(20);
  });

  test("what is no person is refused, and nothing of its batch is written", async () => {
    const store = home.store();
    const root = await enrol(store, aPerson([]));
    const person = aPerson([]);
    const whole = aNew(person);
    const [empty, huge] = [new Uint8Array(0), new Uint8Array(65_537)];
    const sealedAs = (sealed: Uint8Array) => [{ ...aTemplate(person.personId), sealed }];
    const part = { ...person, mergedInto: root.personId };
    const bad: NewPerson[] = [
      { ...whole, templates: [] },
      { ...whole, templates: Array.from({ length: 65 }, () => aTemplate(person.personId)) },
      { ...whole, templates: [aTemplate("another")] },
      { ...whole, templates: sealedAs(empty) },
      { ...whole, templates: sealedAs(huge) },
      { ...whole, person: { ...person, wrappedKey: empty } },
      { ...whole, person: { ...person, keyVersion: 0 } },
      { ...whole, person: { ...person, requestKey: new Uint8Array(31) } },
      { ...whole, person: { ...person, retentionDeadlineMs: 0.5 } },
      { ...whole, person: { ...person, retentionDeadlineMs: Number.NaN } },
      { ...whole, person: { ...person, lawfulBasis: { ...aConsent, evidenceSha256: "AB" } } },
      { ...whole, person: part },
      { ...whole, merge: aMerge(root.personId, [person.personId]) },
      { ...whole, person: part, merge: aMerge(root.personId, ["another"]) },
      { ...whole, distinct: [aPair(root.personId, "another")] },
      { ...whole, distinct: [{ ...aPair("b", "c"), personIds: [person.personId, "!"] }] },
    ];
    const results = await Promise.allSettled(
      bad.map((one) => store.insertPersons([aNew(aPerson([])), one])),
    );
    for (const [at, result] of results.entries()) {
      const refused = { status: "rejected", reason: { code: "RECORD_INVALID" } };
      expect(result, String(at)).toMatchObject(refused);
    }
    expect(await store.countPersons()).toBe(1);
  });

  test("a batch beyond the limit is refused", async () => {
    const batch = Array.from({ length: 1_001 }, () => aNew(aPerson([])));
    await expect(home.store().insertPersons(batch)).rejects.toThrow(/At most 1000/);
  });
}
