import { describe, expect, test } from "vitest";
import type { OpenHome } from "./store.js";
import {
  aMerge,
  aNew,
  anErasure,
  aPair,
  aPerson,
  aRequestKey,
  aReview,
  decided,
  enrol,
  readAll,
  withGalleries,
} from "./store-person-records.js";

/** Erasure, its ledger, and taking back what was never acknowledged. */
export function erasureContract(home: OpenHome): void {
  describe("erasing persons", () => {
    erasing(home);
    decisions(home);
  });
  describe("the ledger of erasures", () => ledger(home));
  describe("discarding persons", () => discarding(home));
}

function erasing(home: OpenHome): void {
  test("a person goes with all rows, templates and memberships, and nobody else", async () => {
    const store = home.store();
    await withGalleries(store, "a");
    const gone = await enrol(store, aPerson(["a"]), 2);
    const part = await enrol(store, aPerson(["a"], { mergedInto: gone.personId }), 3);
    const stays = aNew(aPerson(["a"]));
    await store.insertPersons([stays]);
    await store.erasePersons([anErasure([gone.personId, part.personId, "gone already"])]);
    const again = await home.reopen();
    for (const { personId } of [gone, part]) {
      expect(await again.getPerson(personId)).toBeNull();
      expect(await again.listTemplatesOf(personId)).toEqual([]);
      expect(await again.listParts(personId)).toEqual([]);
    }
    expect(await again.listTemplatesOf(stays.person.personId)).toEqual(stays.templates);
    expect(await readAll(10, (page) => again.listPersons("a", page))).toEqual([stays.person]);
    expect((await again.countByGallery()).get("a")).toEqual({ persons: 1, templates: 1 });
    expect(await again.countPersons()).toBe(1);
  });

  test("one part goes alone, and its person stays", async () => {
    const store = home.store();
    const root = await enrol(store, aPerson([]));
    const part = await enrol(store, aPerson([], { mergedInto: root.personId }));
    await store.erasePersons([anErasure([part.personId], { personId: root.personId })]);
    expect(await store.listParts(root.personId)).toEqual([root]);
    expect(await store.getErasure(root.personId)).toBeNull();
    expect((await store.getErasure(part.personId))?.personId).toBe(root.personId);
  });

  test("an own row does not go without its parts, and then nothing of the call is done", async () => {
    const store = home.store();
    const [other, root] = [await enrol(store, aPerson([])), await enrol(store, aPerson([]))];
    await enrol(store, aPerson([], { mergedInto: root.personId }));
    const erasures = [anErasure([other.personId]), anErasure([root.personId])];
    await expect(store.erasePersons(erasures)).rejects.toMatchObject({ code: "RECORD_INVALID" });
    expect(await store.getPerson(other.personId)).toEqual(other);
    expect(await store.listErasures(0, 10)).toEqual([]);
  });

  test("many erasures at once, of one call and of several, are all done", async () => {
    const store = home.store();
    const persons = Array.from({ length: 60 }, () => aPerson([]));
    await store.insertPersons(persons.map((person) => aNew(person)));
    const erasures = persons.slice(0, 50).map(({ personId }) => anErasure([personId]));
    await Promise.all([
      store.erasePersons(erasures.slice(0, 20)),
      ...erasures.slice(20).map((erasure) => store.erasePersons([erasure])),
    ]);
    expect(await store.countPersons()).toBe(10);
    expect(await store.listErasures(0, 100)).toHaveLength(50);
  });

  test("an erasure that is not whole is refused, and nobody is erased", async () => {
    const store = home.store();
    const person = await enrol(store, aPerson([]));
    const ids = [person.personId];
    for (const bad of [
      anErasure([]),
      anErasure(ids, { signature: new Uint8Array(63) }),
      anErasure(ids, { publicKey: new Uint8Array(0) }),
      anErasure(ids, { templates: -1 }),
      anErasure(ids, { erasureId: "" }),
      anErasure(ids, { erasedAtMs: Number.NaN }),
    ]) {
      const refused = { code: "RECORD_INVALID" };
      await expect(store.erasePersons([anErasure(ids), bad])).rejects.toMatchObject(refused);
    }
    expect(await store.getPerson(person.personId)).toEqual(person);
    expect(await store.getErasure(person.personId)).toBeNull();
  });
}

function decisions(home: OpenHome): void {
  test("merges go with their person or the last row they moved, and else lose who went", async () => {
    const store = home.store();
    const rows = Array.from({ length: 6 }, () => aPerson([]));
    await store.insertPersons(rows.map((row) => aNew(row)));
    const [a = "", b = "", c = "", d = "", e = "", f = ""] = rows.map((row) => row.personId);
    const [inner, outer, other] = [aMerge(b, [c]), aMerge(a, [b, c]), aMerge(d, [e])];
    for (const merge of [inner, outer, other]) await store.putMerge(merge);
    await store.erasePersons([anErasure([c], { personId: a }), anErasure([f])]);
    const list = (personId: string | null) =>
      readAll(10, (page) => store.listMerges(personId, page));
    expect(await list(c)).toEqual([]);
    expect(await store.getMerge(inner.mergeId)).toBeNull();
    expect(await list(a)).toEqual([{ ...outer, movedIds: [b] }]);
    await store.erasePersons([anErasure([a, b])]);
    expect(await list(null)).toEqual([other]);
  });

  test("distinct pairs go with either side", async () => {
    const store = home.store();
    const [first, second] = [await enrol(store, aPerson([])), await enrol(store, aPerson([]))];
    const third = aPerson([]);
    const kept = aPair(third.personId, second.personId);
    const distinct = [aPair(third.personId, first.personId), kept];
    await store.insertPersons([{ ...aNew(third), distinct }]);
    await store.erasePersons([anErasure([first.personId])]);
    expect(await store.listDistinct([third.personId])).toEqual([kept]);
    await store.erasePersons([anErasure([third.personId])]);
    expect(await store.listDistinct([second.personId])).toEqual([]);
  });

  test("open reviews lose a suspect who is erased, and decided ones stay as they are", async () => {
    const store = home.store();
    const [gone, stays] = [await enrol(store, aPerson([])), await enrol(store, aPerson([]))];
    const suspects = [gone.personId, stays.personId];
    const [open, closed] = [aReview(suspects), aReview(suspects, decided)];
    for (const review of [open, closed]) await store.putReview(review);
    await store.erasePersons([anErasure([gone.personId])]);
    expect(await store.getReview(open.reviewId)).toEqual({
      ...open,
      suspects: open.suspects.slice(1),
    });
    expect(await store.getReview(closed.reviewId)).toEqual(closed);
    expect(await store.countOpenReviews()).toBe(1);
  });
}

function ledger(home: OpenHome): void {
  test("an erasure is found by any row that went with it, and listed in order", async () => {
    const store = home.store();
    const one = anErasure(["a", "b", "c"], { cause: "RETENTION_EXPIRED" });
    const two = anErasure(["d"], { cause: "ERASURE" });
    await store.erasePersons([one, two]);
    const again = await home.reopen();
    for (const id of ["a", "b", "c"]) expect(await again.getErasure(id)).toEqual(one);
    expect(await again.getErasure("d")).toEqual(two);
    expect(await again.getErasure("e")).toBeNull();
    const all = await again.listErasures(0, 10);
    expect(all.map(({ erasure }) => erasure)).toEqual([one, two]);
    const [first, last] = all;
    expect(await again.listErasures(first?.seq ?? 0, 10)).toEqual([last]);
    expect(await again.listErasures(0, 1)).toEqual([first]);
    expect((await again.newestSeqs()).erasureSeq).toBe(last?.seq);
  });

  test("of two erasures of a row the newer is found; done again, one stays as it was", async () => {
    const store = home.store();
    const person = await enrol(store, aPerson([]));
    const ids = [person.personId];
    const [first, second] = [anErasure(ids), anErasure(ids)];
    await store.erasePersons([first]);
    await enrol(store, person);
    await store.erasePersons([{ ...first, receipt: "another" }]);
    expect(await store.getErasure(person.personId)).toEqual(first);
    expect(await store.getPerson(person.personId)).toBeNull();
    await store.erasePersons([second]);
    expect(await store.getErasure(person.personId)).toEqual(second);
    expect(await store.listErasures(0, 10)).toHaveLength(2);
  });
}

function discarding(home: OpenHome): void {
  test("who is discarded was never there: no ledger, no decisions, the request key is free", async () => {
    const store = home.store();
    await withGalleries(store, "a");
    const root = await enrol(store, aPerson(["a"]));
    const requestKey = aRequestKey();
    const part = aNew(aPerson(["a"], { mergedInto: root.personId, requestKey }));
    await store.insertPersons([part]);
    await store.discardPersons([part.person.personId, "nobody"]);
    const again = await home.reopen();
    expect(await again.getPerson(part.person.personId)).toBeNull();
    expect(await again.listParts(root.personId)).toEqual([root]);
    expect(await again.getErasure(part.person.personId)).toBeNull();
    expect(await again.findRequests([requestKey])).toEqual(new Map());
    expect(await again.getMerge(part.merge?.mergeId ?? "")).toBeNull();
    expect((await again.countByGallery()).get("a")).toEqual({ persons: 1, templates: 1 });
  });
}
