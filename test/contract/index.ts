import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { mintPermit, type Permit } from "../../src/base/permit.js";
import type { FaceIndex, IndexEntry } from "../../src/index/port.js";
import { drawFaces, unit } from "../index/faces.js";
import { createNaiveGallery } from "../index/naive.js";
import { permitFor, testNowMs } from "../index/permits.js";
import { describeRoster } from "./index-roster.js";

/** What the suite needs of a driver. */
export interface IndexUnderTest {
  readonly name: string;
  /** An empty index for vectors of this length, with `testClock`. */
  create(dimension: number): Promise<FaceIndex>;
  /** Waits for background work, where a driver has any. */
  settle(index: FaceIndex): Promise<void>;
  /** Least fraction of probes whose true best is found among 10,000; null to leave it out. */
  readonly recallAt1Min: number | null;
}

const dimension = 32;
const gallery = "staff";
const permit = permitFor(gallery);

function entry(personId: string, templateId: string, vector: Float32Array): IndexEntry {
  return { personId, templateId, vector };
}

/** A unit vector along one axis. */
function axis(i: number, sign = 1): Float32Array {
  return Float32Array.from({ length: dimension }, (_, j) => (i === j ? sign : 0));
}

/** A unit vector in the plane of axes 0 and 1, at this cosine to axis 0. */
function leaning(cosine: number): Float32Array {
  return unit([cosine, Math.sqrt(1 - cosine ** 2), ...new Array<number>(dimension - 2).fill(0)]);
}

/** The conformance suite: every driver of the index passes it. */
export function describeFaceIndex(driver: IndexUnderTest): void {
  describe(`${driver.name}: FaceIndex`, () => {
    let index: FaceIndex;
    beforeAll(async () => {
      index = await driver.create(dimension);
    });
    afterAll(() => index.close());
    beforeEach(() => index.createGallery(gallery));
    afterEach(() => index.dropGallery(gallery));

    async function one(query: Float32Array, k = 10) {
      const [answer] = await index.search(permit, gallery, [query], k);
      return answer ?? [];
    }

    describeSearch(() => index, one);
    describeChanges(() => index, one, driver);
    describeRefusals(() => index);
    describeRoster(() => index, dimension);
    describeClose(driver);
    describeRecall(driver);
  });
}

type One = (query: Float32Array, k?: number) => Promise<readonly { personId: string }[]>;

function describeSearch(get: () => FaceIndex, one: One): void {
  test("an empty gallery has no candidates", async () => {
    expect(await one(axis(0))).toEqual([]);
    expect(get().stats(gallery)).toMatchObject({ persons: 0, templates: 0 });
  });

  test("the candidates come best first, with the cosine of each", async () => {
    await get().add(gallery, [
      entry("far", "t1", leaning(0.2)),
      entry("near", "t2", leaning(0.9)),
      entry("opposite", "t3", axis(0, -1)),
      entry("same", "t4", axis(0)),
    ]);
    const found = await one(axis(0));
    expect(found).toEqual([
      { personId: "same", templateId: "t4", score: 1 },
      { personId: "near", templateId: "t2", score: expect.closeTo(0.9, 6) },
      { personId: "far", templateId: "t1", score: expect.closeTo(0.2, 6) },
      { personId: "opposite", templateId: "t3", score: -1 },
    ]);
  });

  test("k limits the candidates, and may be larger than the gallery", async () => {
    await get().add(
      gallery,
      Array.from({ length: 5 }, (_, i) => entry(`p${i}`, `t${i}`, leaning(i / 10))),
    );
    expect((await one(axis(0), 2)).map((c) => c.personId)).toEqual(["p4", "p3"]);
    expect(await one(axis(0), 100)).toHaveLength(5);
  });

  test("several templates of a person answer as one candidate, with the best of them", async () => {
    const many = Array.from({ length: 40 }, (_, i) =>
      entry("many", `m${i}`, leaning(0.5 + i / 100)),
    );
    await get().add(gallery, [...many, entry("other", "o1", leaning(0.1))]);
    expect(await one(axis(0), 2)).toEqual([
      { personId: "many", templateId: "m39", score: expect.closeTo(0.89, 6) },
      { personId: "other", templateId: "o1", score: expect.closeTo(0.1, 6) },
    ]);
  });

  test("equal scores are ordered by person, in whatever order they were added", async () => {
    const ids = ["c", "a", "d", "b"];
    await get().add(
      gallery,
      ids.map((id) => entry(id, `t-${id}`, axis(3))),
    );
    expect((await one(axis(3), 3)).map((c) => c.personId)).toEqual(["a", "b", "c"]);
  });

  test("a batch answers each query in its place", async () => {
    await get().add(gallery, [entry("x", "tx", axis(0)), entry("y", "ty", axis(1))]);
    const answers = await get().search(permit, gallery, [axis(1), axis(0), axis(1)], 1);
    expect(answers.map((found) => found[0]?.personId)).toEqual(["y", "x", "y"]);
    expect(await get().search(permit, gallery, [], 1)).toEqual([]);
  });

  test("the caller may zero its vectors as soon as it has called", async () => {
    const stored = axis(0);
    const added = get().add(gallery, [entry("x", "tx", stored)]);
    stored.fill(0);
    await added;
    const query = axis(0);
    const found = one(query);
    query.fill(0);
    expect(await found).toMatchObject([{ personId: "x", score: 1 }]);
  });
}

function describeChanges(get: () => FaceIndex, one: One, driver: IndexUnderTest): void {
  test("adding a templateId again replaces it, also for another person", async () => {
    await get().add(gallery, [entry("x", "t", axis(0)), entry("y", "u", axis(1))]);
    await get().add(gallery, [entry("x", "t", axis(2))]);
    expect(await one(axis(2), 1)).toMatchObject([{ personId: "x", score: 1 }]);
    expect((await one(axis(0), 1))[0]).toMatchObject({ score: 0 });
    await get().add(gallery, [entry("y", "t", axis(2))]);
    expect(await one(axis(2))).toMatchObject([{ personId: "y", templateId: "t", score: 1 }]);
    expect(get().stats(gallery)).toMatchObject({ persons: 1, templates: 2 });
  });

  test("templates that never moved are found, and replaced where they are", async () => {
    const people = Array.from({ length: 6 }, (_, n) => entry(`p${n}`, `t${n}`, axis(n)));
    await get().add(gallery, people, { neverMoved: true });
    await get().add(gallery, people, { neverMoved: true });
    for (const n of people.keys()) expect((await one(axis(n), 1))[0]?.personId).toBe(`p${n}`);
    expect(get().stats(gallery)).toMatchObject({ persons: 6, templates: 6 });
  });

  test("a templateId twice in one addition holds the later vector", async () => {
    await get().add(gallery, [entry("x", "t", axis(0)), entry("x", "t", axis(1))]);
    expect(await one(axis(1))).toMatchObject([{ personId: "x", score: 1 }]);
    expect(get().stats(gallery)).toMatchObject({ persons: 1, templates: 1 });
  });

  test("a person who was removed is not found, and can be added again", async () => {
    await get().add(gallery, [
      entry("x", "x1", axis(0)),
      entry("y", "y1", leaning(0.5)),
      entry("x", "x2", axis(1)),
    ]);
    await driver.settle(get());
    expect(await get().removePerson(gallery, "x")).toBe(2);
    expect((await one(axis(0))).map((c) => c.personId)).toEqual(["y"]);
    expect(get().stats(gallery)).toMatchObject({ persons: 1, templates: 1 });
    expect(await get().removePerson(gallery, "x")).toBe(0);
    await get().add(gallery, [entry("x", "x1", axis(0))]);
    expect((await one(axis(0))).map((c) => c.personId)).toEqual(["x", "y"]);
  });

  test("templates merged into another person are theirs until they are moved back", async () => {
    const own = [entry("x", "x1", axis(0)), entry("x", "x2", axis(1))];
    await get().add(gallery, [...own, entry("root", "r1", axis(2)), entry("z", "z1", axis(3))]);
    await driver.settle(get());
    const merged = own.map((one) => ({ ...one, personId: "root" }));
    await get().add(gallery, merged);
    expect(get().stats(gallery)).toMatchObject({ persons: 2, templates: 4 });
    expect(await one(axis(1), 1)).toMatchObject([{ personId: "root", templateId: "x2", score: 1 }]);
    expect(await get().removePerson(gallery, "x")).toBe(0);
    await get().add(gallery, own);
    expect(await one(axis(1), 1)).toMatchObject([{ personId: "x", templateId: "x2" }]);
    await get().add(gallery, merged);
    expect(await get().removePerson(gallery, "root")).toBe(3);
    expect(await one(axis(1))).toMatchObject([{ personId: "z" }]);
  });

  test("templates that are removed are not found, and their person is by the others", async () => {
    await get().add(gallery, [
      entry("x", "x1", axis(0)),
      entry("x", "x2", axis(1)),
      entry("y", "y1", axis(2)),
    ]);
    await driver.settle(get());
    expect(await get().removeTemplates(gallery, ["x1", "y1", "none", "x1"])).toBe(2);
    expect(await one(axis(0))).toEqual([{ personId: "x", templateId: "x2", score: 0 }]);
    expect(get().stats(gallery)).toMatchObject({ persons: 1, templates: 1 });
    expect(await get().removeTemplates(gallery, [])).toBe(0);
    await get().add(gallery, [entry("x", "x1", axis(0))]);
    expect((await one(axis(0), 1))[0]).toMatchObject({ templateId: "x1", score: 1 });
  });

  test("no search that ends after a removal finds the person", async () => {
    const draw = drawFaces(dimension, 7);
    const images = Array.from({ length: 200 }, () => draw.person());
    await get().add(
      gallery,
      images.map((image, i) => entry(`p${i}`, `t${i}`, image())),
    );
    const gone = new Set<string>();
    const searches: Promise<void>[] = [];
    for (let i = 0; i < 200; i += 2) {
      const probe = images[i]?.() ?? axis(0);
      searches.push(
        get()
          .search(permit, gallery, [probe], 100)
          .then(([found]) => {
            expect(found?.filter((c) => gone.has(c.personId))).toEqual([]);
          }),
      );
      const removed = get().removePerson(gallery, `p${i}`);
      searches.push(removed.then(() => void gone.add(`p${i}`)));
    }
    await Promise.all(searches);
    expect(get().stats(gallery)).toMatchObject({ persons: 100, templates: 100 });
  });

  test("galleries know nothing of one another", async () => {
    await get().createGallery("visitors");
    const both = permitFor(gallery, "visitors");
    await get().add(gallery, [entry("x", "t", axis(0))]);
    await get().add("visitors", [entry("y", "t", axis(0))]);
    const [[staff], [visitors]] = await Promise.all([
      get().search(both, gallery, [axis(0)], 10),
      get().search(both, "visitors", [axis(0)], 10),
    ]);
    expect(staff).toMatchObject([{ personId: "x" }]);
    expect(visitors).toMatchObject([{ personId: "y" }]);
    expect(await get().removePerson("visitors", "x")).toBe(0);
    await get().dropGallery("visitors");
    expect(get().stats("visitors")).toBeNull();
    expect(await one(axis(0))).toMatchObject([{ personId: "x" }]);
  });

  test("a dropped gallery is gone, and one of its name begins empty", async () => {
    await get().add(gallery, [entry("x", "t", axis(0))]);
    await get().dropGallery(gallery);
    await expect(one(axis(0))).rejects.toMatchObject({ status: "NOT_FOUND" });
    await get().createGallery(gallery);
    expect(await one(axis(0))).toEqual([]);
  });
}

function describeRefusals(get: () => FaceIndex): void {
  const search = (given: Permit, galleryId: string, query: Float32Array, k = 1) =>
    get().search(given, galleryId, [query], k);

  test("a gallery that does not exist is NOT_FOUND", async () => {
    const missing = { status: "NOT_FOUND", reason: "NOT_FOUND" };
    await expect(search(permitFor("none"), "none", axis(0))).rejects.toMatchObject(missing);
    await expect(get().add("none", [])).rejects.toMatchObject(missing);
    await expect(get().removePerson("none", "x")).rejects.toMatchObject(missing);
    await expect(get().removeTemplates("none", ["t"])).rejects.toMatchObject(missing);
    await expect(get().dropGallery("none")).rejects.toMatchObject(missing);
    await expect(get().createGallery(gallery)).rejects.toMatchObject({ status: "ALREADY_EXISTS" });
  });

  test("a permit that is forged, expired or of another gallery searches nothing", async () => {
    const forged = { ...permit } as Permit;
    await expect(search(forged, gallery, axis(0))).rejects.toThrow("FORGED");
    const expired = mintPermit({ ...permit, expiresAtMs: testNowMs - 1 });
    await expect(search(expired, gallery, axis(0))).rejects.toMatchObject({
      reason: "PERMIT_EXPIRED",
    });
    await expect(search(permitFor("else"), gallery, axis(0))).rejects.toThrow("OTHER_GALLERY");
  });

  const bad: readonly (readonly [string, unknown, string])[] = [
    ["one float short", axis(0).subarray(1), "EMBEDDING_DIMENSION_WRONG"],
    ["empty", new Float32Array(0), "EMBEDDING_DIMENSION_WRONG"],
    ["a plain array", [...axis(0)], "EMBEDDING_DIMENSION_WRONG"],
    ["float64s", Float64Array.from(axis(0)), "EMBEDDING_DIMENSION_WRONG"],
    ["undefined", undefined, "EMBEDDING_DIMENSION_WRONG"],
    ["with a NaN", axis(0).map((x, i) => (i === 5 ? Number.NaN : x)), "EMBEDDING_NOT_FINITE"],
    ["infinite", axis(0).map((x) => x / 0), "EMBEDDING_NOT_FINITE"],
    ["zero", new Float32Array(dimension), "FIELD_INVALID"],
    ["twice too long", axis(0, 2), "FIELD_INVALID"],
    ["enormous", new Float32Array(dimension).fill(3e38), "FIELD_INVALID"],
  ];
  test.each(bad)(
    "a vector that is %s is refused, and nothing is added",
    async (_, vector, reason) => {
      const given = vector as Float32Array;
      const refused = { status: "INVALID_ARGUMENT", reason };
      await expect(search(permit, gallery, given)).rejects.toMatchObject(refused);
      const entries = [entry("x", "t1", axis(0)), entry("y", "t2", given)];
      await expect(get().add(gallery, entries)).rejects.toMatchObject(refused);
      expect(get().stats(gallery)).toMatchObject({ persons: 0, templates: 0 });
    },
  );

  test("ids and k out of range are refused", async () => {
    const refused = { status: "INVALID_ARGUMENT", reason: "FIELD_INVALID" };
    for (const k of [0, -1, 101, 1.5, Number.NaN]) {
      await expect(search(permit, gallery, axis(0), k)).rejects.toMatchObject(refused);
    }
    for (const id of ["", "x".repeat(1_000), 7 as unknown as string]) {
      await expect(get().createGallery(id)).rejects.toMatchObject(refused);
      await expect(get().removePerson(gallery, id)).rejects.toMatchObject(refused);
      await expect(get().removeTemplates(gallery, ["t", id])).rejects.toMatchObject(refused);
      await expect(get().add(gallery, [entry(id, "t", axis(0))])).rejects.toMatchObject(refused);
      await expect(get().add(gallery, [entry("x", id, axis(0))])).rejects.toMatchObject(refused);
    }
  });

  test("a cancelled search is refused, before it begins and while it waits", async () => {
    const cancelled = { status: "CANCELLED", reason: "CANCELLED" };
    const run = ({ signal }: AbortController) =>
      get().search(permit, gallery, [axis(0)], 1, signal);
    const controllers = Array.from({ length: 20 }, () => new AbortController());
    const waiting = controllers.map(run);
    for (const controller of controllers) controller.abort();
    for (const search of waiting) await expect(search).rejects.toMatchObject(cancelled);
    for (const controller of controllers) {
      await expect(run(controller)).rejects.toMatchObject(cancelled);
    }
    expect(await get().search(permit, gallery, [axis(0)], 1)).toEqual([[]]);
  });
}

function describeClose(driver: IndexUnderTest): void {
  test("after close everything is refused, and closing again does nothing", async () => {
    const index = await driver.create(dimension);
    await index.createGallery(gallery);
    const accepted = index.search(permit, gallery, [axis(0)], 1);
    await index.close();
    expect(await accepted).toEqual([[]]);
    await expect(index.search(permit, gallery, [axis(0)], 1)).rejects.toMatchObject({
      status: "UNAVAILABLE",
      reason: "SHUTTING_DOWN",
    });
    await index.close();
  });
}

function describeRecall(driver: IndexUnderTest): void {
  const persons = 10_000;
  const full = 160;
  const { recallAt1Min } = driver;
  if (recallAt1Min === null) return;

  test(`of 10,000, the true best is found for ${recallAt1Min} of the probes`, async () => {
    const draw = drawFaces(full, 1);
    const index = await driver.create(full);
    await index.createGallery(gallery);
    const naive = createNaiveGallery();
    const images = Array.from({ length: persons }, () => draw.person());
    for (let first = 0; first < persons; first += 1_000) {
      const batch = images
        .slice(first, first + 1_000)
        .map((image, i) => entry(`p${first + i}`, `t${first + i}`, image()));
      naive.add(batch);
      await index.add(gallery, batch);
    }
    await driver.settle(index);
    // Half are of enrolled persons, half of strangers, whose best score sets the threshold.
    const probes = Array.from({ length: 200 }, (_, i) =>
      (i % 2 === 0 ? images[draw.below(persons)] : draw.person())?.(),
    ).filter((probe) => probe !== undefined);
    let hits = 0;
    for (const probe of probes) {
      const [found] = await index.search(permit, gallery, [probe], 5);
      const [best] = naive.search(probe, 1);
      if (found?.[0]?.personId === best?.personId) {
        hits += 1;
        expect(found?.[0]?.score).toBeCloseTo(best?.score ?? 2, 5);
      }
    }
    await index.close();
    expect(hits / probes.length).toBeGreaterThanOrEqual(recallAt1Min);
  }, 300_000);
}
