import { describe, expect, test } from "vitest";
import type { PersonRow } from "../../src/store/person-records.js";
import type { Store } from "../../src/store/store.js";
import type { OpenHome } from "./store.js";
import {
  aMerge,
  aNew,
  anErasure,
  aPair,
  aPerson,
  aReview,
  decided,
  enrol,
  readAll,
  T0,
  withGalleries,
} from "./store-person-records.js";

/** Merges and their undoing, distinct pairs, reviews. */
export function decisionContract(home: OpenHome): void {
  describe("merges", () => {
    merging(home);
    undoing(home);
    refusing(home);
  });
  describe("distinct pairs", () => pairs(home));
  describe("reviews", () => reviews(home));
}

async function enrolMany(store: Store, count: number): Promise<PersonRow[]> {
  const persons = Array.from({ length: count }, () => aPerson([]));
  await store.insertPersons(persons.map((person) => aNew(person)));
  return persons;
}

async function enrolIds(store: Store, count: number): Promise<string[]> {
  return (await enrolMany(store, count)).map(({ personId }) => personId);
}

/** Each row's person, in the order of the ids. */
async function rootsOf(store: Store, ids: readonly string[]): Promise<(string | null)[]> {
  const rows = await Promise.all(ids.map((personId) => store.getPerson(personId)));
  return rows.map((row) => row?.mergedInto ?? row?.personId ?? null);
}

/** Merges one person with all parts into another. */
async function merge(store: Store, into: string, duplicate: string, mergedAtMs = T0) {
  const parts = await store.listParts(duplicate);
  const made = aMerge(
    into,
    parts.map(({ personId }) => personId),
    { mergedAtMs },
  );
  await store.putMerge(made);
  return made;
}

function merging(home: OpenHome): void {
  test("a merge moves the duplicate and all its parts, and is kept", async () => {
    const store = home.store();
    await withGalleries(store, "g");
    const [a, b, c] = [aPerson(["g"]), aPerson(["g"]), aPerson(["g"])];
    for (const person of [a, b]) await enrol(store, person);
    await enrol(store, { ...c, mergedInto: b.personId });
    const made = await merge(store, a.personId, b.personId);
    const again = await home.reopen();
    expect(await again.getMerge(made.mergeId)).toEqual(made);
    expect(await again.listParts(a.personId)).toEqual([
      a,
      { ...b, mergedInto: a.personId },
      { ...c, mergedInto: a.personId },
    ]);
    expect(await again.countPersons()).toBe(1);
    expect((await again.countByGallery()).get("g")).toEqual({ persons: 1, templates: 3 });
    const [listed] = (await again.listPersons("g", { size: 10, token: "" })).items;
    expect(listed?.personId).toBe(a.personId);
  });

  test("merges are listed oldest first, in all and by any row that they name or moved", async () => {
    const store = home.store();
    const [a = "", b = "", c = "", d = ""] = await enrolIds(store, 4);
    const second = await merge(store, b, c, T0 + 2);
    const third = await merge(store, a, b, T0 + 3);
    const e = await enrol(store, aPerson([], { mergedInto: a }));
    const list = (personId: string | null) =>
      readAll(1, (page) => store.listMerges(personId, page));
    const [linked] = await list(e.personId);
    expect(linked).toMatchObject({ personId: a, movedIds: [e.personId] });
    expect(await list(null)).toEqual([linked, second, third]);
    expect(await list(c)).toEqual([second, third]);
    expect(await list(a)).toEqual([linked, third]);
    expect(await list(d)).toEqual([]);
    expect(await store.getMerge("none")).toBeNull();
  });

  test("a part takes the person's place, and the others are merged into it", async () => {
    const store = home.store();
    await withGalleries(store, "g");
    const root = await enrol(store, aPerson(["g"]));
    const heir = await enrol(store, aPerson([], { mergedInto: root.personId }));
    const third = await enrol(store, aPerson(["g"], { mergedInto: root.personId }));
    const other = await enrol(store, aPerson([]));
    const ids = [root, heir, third].map(({ personId }) => personId);
    for (const [person, part] of [
      [root.personId, other.personId],
      [root.personId, root.personId],
      [root.personId, "nobody"],
      ["nobody", heir.personId],
      [heir.personId, third.personId],
    ] as const) {
      expect(await store.promotePart(person, part)).toBe(false);
    }
    expect(await rootsOf(store, ids)).toEqual(ids.map(() => root.personId));
    expect(await store.promotePart(root.personId, heir.personId)).toBe(true);
    expect(await rootsOf(store, ids)).toEqual(ids.map(() => heir.personId));
    const [listed] = (await store.listPersons("g", { size: 10, token: "" })).items;
    expect(listed?.personId).toBe(heir.personId);
    await store.erasePersons([anErasure([root.personId])]);
    expect(await rootsOf(store, ids)).toEqual([null, heir.personId, heir.personId]);
  });
}

function undoing(home: OpenHome): void {
  test("undoing gives the duplicate its parts back, once", async () => {
    const store = home.store();
    const [a = "", b = "", c = ""] = await enrolIds(store, 3);
    await merge(store, b, c);
    const made = await merge(store, a, b);
    expect(await store.undoMerge("none", T0)).toBeNull();
    const undone = { ...made, undoneAtMs: T0 + 7 };
    expect(await store.undoMerge(made.mergeId, T0 + 7)).toEqual(undone);
    expect(await rootsOf(store, [a, b, c])).toEqual([a, b, b]);
    expect(await store.undoMerge(made.mergeId, T0 + 8)).toEqual(undone);
    expect(await (await home.reopen()).getMerge(made.mergeId)).toEqual(undone);
  });

  test("an earlier merge is undone inside of a later one, and stays undone", async () => {
    const store = home.store();
    const [a = "", b = "", c = ""] = await enrolIds(store, 3);
    const earlier = await merge(store, b, c);
    const later = await merge(store, a, b);
    await store.undoMerge(earlier.mergeId, T0);
    expect(await rootsOf(store, [a, b, c])).toEqual([a, a, c]);
    await store.undoMerge(later.mergeId, T0);
    expect(await rootsOf(store, [a, b, c])).toEqual([a, b, c]);
  });

  test("a row that was linked at its enrolment becomes a person of its own", async () => {
    const store = home.store();
    const root = await enrol(store, aPerson([]));
    const part = aNew(aPerson([], { mergedInto: root.personId }));
    await store.insertPersons([part]);
    await store.undoMerge(part.merge?.mergeId ?? "", T0);
    const ids = [root.personId, part.person.personId];
    expect(await rootsOf(store, ids)).toEqual(ids);
    expect(await store.countPersons()).toBe(2);
  });

  test("after the duplicate's own row is erased, its oldest part is who it was", async () => {
    const store = home.store();
    const [a = "", b = "", c = "", d = ""] = await enrolIds(store, 4);
    await merge(store, b, c);
    await merge(store, b, d);
    const made = await merge(store, a, b);
    await store.erasePersons([anErasure([b], { personId: a })]);
    expect((await store.getMerge(made.mergeId))?.movedIds).toEqual([c, d]);
    await store.undoMerge(made.mergeId, T0);
    expect(await rootsOf(store, [a, b, c, d])).toEqual([a, null, c, c]);
  });

  test("after a part took the person's place, undoing still parts who was merged", async () => {
    const store = home.store();
    const [a = "", b = "", c = ""] = await enrolIds(store, 3);
    const first = await merge(store, a, b);
    await merge(store, a, c);
    await store.promotePart(a, b);
    await store.undoMerge(first.mergeId, T0);
    expect(await rootsOf(store, [a, b, c])).toEqual([a, b, a]);
  });
}

function refusing(home: OpenHome): void {
  test("a merge that would tear persons apart is refused, and nothing is moved", async () => {
    const store = home.store();
    const [a = "", b = "", c = "", d = ""] = await enrolIds(store, 4);
    const made = await merge(store, b, c);
    const invalid = { code: "RECORD_INVALID" };
    for (const bad of [
      aMerge(a, [b]),
      aMerge(a, [c]),
      aMerge(c, [d]),
      aMerge(a, [a, d]),
      aMerge(a, [d], { undoneAtMs: 0.5 }),
      aMerge("", [d]),
    ]) {
      await expect(store.putMerge(bad)).rejects.toMatchObject(invalid);
    }
    const taken = aMerge(a, [d], { mergeId: made.mergeId });
    await expect(store.putMerge(taken)).rejects.toMatchObject({ status: "ALREADY_EXISTS" });
    const absent = store.putMerge(aMerge(a, ["nobody"]));
    await expect(absent).rejects.toMatchObject({ status: "NOT_FOUND" });
    expect(await rootsOf(store, [a, b, c, d])).toEqual([a, b, b, d]);
    expect(await readAll(10, (page) => store.listMerges(null, page))).toEqual([made]);
  });
}

function pairs(home: OpenHome): void {
  test("pairs are found by either side, each once", async () => {
    const store = home.store();
    const [first, second] = await enrolMany(store, 2);
    if (first === undefined || second === undefined) throw new Error("nobody was enrolled");
    const third = aPerson([]);
    const distinct = [
      aPair(third.personId, first.personId),
      aPair(third.personId, second.personId),
    ];
    await store.insertPersons([{ ...aNew(third), distinct }]);
    const sorted = (found: readonly { personIds: readonly string[] }[]) =>
      [...found].sort((x, y) => (x.personIds.join() < y.personIds.join() ? -1 : 1));
    const again = await home.reopen();
    expect(await again.listDistinct([first.personId])).toEqual(distinct.slice(0, 1));
    expect(sorted(await again.listDistinct([third.personId]))).toEqual(sorted(distinct));
    const all = await again.listDistinct([first.personId, second.personId, third.personId]);
    expect(sorted(all)).toEqual(sorted(distinct));
    expect(await again.listDistinct(["nobody"])).toEqual([]);
    expect(await again.listDistinct([])).toEqual([]);
  });
}

function reviews(home: OpenHome): void {
  test("a review is put, read, decided, and counted while it is open", async () => {
    const store = home.store();
    const review = aReview(["p", "q"]);
    await store.putReview(review);
    await store.putReview(aReview([]));
    expect(await store.getReview(review.reviewId)).toEqual(review);
    expect(await store.getReview("none")).toBeNull();
    const some = await store.getReviews([review.reviewId, "none", review.reviewId]);
    expect(some).toEqual(new Map([[review.reviewId, review]]));
    expect(await store.countOpenReviews()).toBe(2);
    await store.putReview({ ...review, ...decided });
    const again = await home.reopen();
    expect(await again.getReview(review.reviewId)).toEqual({ ...review, ...decided });
    expect(await again.countOpenReviews()).toBe(1);
  });

  test("reviews are paged oldest first, all of them or those open", async () => {
    const store = home.store();
    const all = Array.from({ length: 12 }, (_, at) =>
      aReview([], { reviewId: `r${at % 2}${at}`, createdAtMs: T0 + Math.floor(at / 4) }),
    );
    for (const review of all.toReversed()) await store.putReview(review);
    for (const review of all.slice(0, 3)) await store.putReview({ ...review, ...decided });
    const ids = (found: readonly { reviewId: string }[]) => found.map(({ reviewId }) => reviewId);
    const wanted = all.toSorted(
      (x, y) => x.createdAtMs - y.createdAtMs || (x.reviewId < y.reviewId ? -1 : 1),
    );
    const list = (openOnly: boolean) => readAll(5, (page) => store.listReviews(openOnly, page));
    expect(ids(await list(false))).toEqual(ids(wanted));
    const open = wanted.filter((one) => !all.slice(0, 3).includes(one));
    expect(ids(await list(true))).toEqual(ids(open));
  });

  test("a review that is not whole is refused", async () => {
    for (const bad of [
      aReview([""]),
      aReview([], { createdAtMs: Number.NaN }),
      aReview([], { suspects: [{ personId: "p", score: Number.POSITIVE_INFINITY }] }),
      aReview(Array.from({ length: 1_001 }, (_, at) => `p${at}`)),
    ]) {
      const refused = { code: "RECORD_INVALID" };
      await expect(home.store().putReview(bad)).rejects.toMatchObject(refused);
    }
    expect(await home.store().countOpenReviews()).toBe(0);
  });
}
