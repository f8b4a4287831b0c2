import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { mintPermit, type Permit } from "../../src/base/permit.js";
import { type FaceIndex, type IndexEntry, rosterId } from "../../src/index/port.js";
import { drawFaces } from "../index/faces.js";
import { createNaiveGallery } from "../index/naive.js";
import { enrolPermit, permitFor, testNowMs } from "../index/permits.js";

/** The part of the conformance suite that is about everybody who is enrolled. */
export function describeRoster(get: () => FaceIndex, dimension: number): void {
  const permit = enrolPermit();
  const draw = drawFaces(dimension, 11);
  const images = Array.from({ length: 300 }, () => draw.person());
  const image = (i: number): Float32Array => (images[i] as () => Float32Array)();
  const entries: readonly IndexEntry[] = images.map((_, i) => ({
    personId: `p${i}`,
    templateId: `t${i}`,
    vector: image(i),
  }));
  const search = (queries: readonly Float32Array[], k: number, signal?: AbortSignal) =>
    get().searchRoster(new Array<Permit>(queries.length).fill(permit), queries, { k }, signal);

  describe("the roster", () => {
    beforeEach(async () => {
      await get().createGallery(rosterId);
      await get().add(rosterId, entries);
    });
    afterEach(() => get().dropGallery(rosterId));

    test("is exact whatever the driver, and counts as any gallery", async () => {
      expect(get().stats(rosterId)).toEqual({ persons: 300, templates: 300, driver: "exact" });
      const naive = createNaiveGallery();
      naive.add(entries);
      const probes = Array.from({ length: 61 }, (_, i) => image(i));
      const answers = await search(probes, 3);
      expect(answers).toHaveLength(probes.length);
      answers.forEach((found, i) => {
        const expected = naive.search(probes[i] ?? new Float32Array(0), 3);
        expect(found.map(({ personId }) => personId)).toEqual(
          expected.map(({ personId }) => personId),
        );
      });
    });

    test("answers as many queries at once as an enrolment of many asks", async () => {
      const more = Array.from({ length: 2_700 }, (_, i) => ({
        personId: `q${i}`,
        templateId: `u${i}`,
        vector: draw.person()(),
      }));
      await get().add(rosterId, more);
      const queries = Array.from({ length: 1_024 }, (_, i) => more[i]?.vector as Float32Array);
      const copies = queries.map((query) => query.slice());
      const searched = search(copies, 1);
      // The caller may zero its vectors as soon as it has called.
      for (const copy of copies) copy.fill(0);
      const found = (await searched).map(([best]) => best?.personId);
      expect(found).toEqual(queries.map((_, i) => `q${i}`));
      await expect(search([...queries, image(0)], 1)).rejects.toMatchObject({
        status: "RESOURCE_EXHAUSTED",
      });
      expect(await search([], 1)).toEqual([]);
    });

    test("answers with those that reach a score, and no others", async () => {
      const probes = Array.from({ length: 9 }, (_, i) => image(i));
      const permits = new Array<Permit>(probes.length).fill(permit);
      const all = await search(probes, 100);
      const some = await get().searchRoster(permits, probes, { k: 100, atLeast: 0.2 });
      expect(some).toEqual(all.map((found) => found.filter(({ score }) => score >= 0.2)));
      expect(some.flat().length).toBeGreaterThan(0);
      expect(some.flat().length).toBeLessThan(all.flat().length);
    });

    test("compares vectors with one another, exactly, from a position on", async () => {
      const count = 150;
      const vectors = Array.from({ length: count }, (_, i) => image(i % 100));
      const permits = new Array<Permit>(count).fill(permit);
      const naive = createNaiveGallery();
      naive.add(vectors.map((vector, i) => ({ personId: `${i}`, templateId: `${i}`, vector })));
      const pairsOf = async (from?: number) => {
        const { positions, scores } = await get().compare(permits, vectors, 0.3, from);
        const pairs = Array.from(scores, (score, at) => {
          return [positions[2 * at] ?? -1, positions[2 * at + 1] ?? -1, score.toFixed(5)] as const;
        });
        return pairs.sort(([a, b], [c, d]) => b - d || a - c);
      };
      const expected = vectors.flatMap((vector, second) =>
        naive
          .search(vector, count)
          .filter(({ personId, score }) => Number(personId) < second && score >= 0.3)
          .map(({ personId, score }) => [Number(personId), second, score.toFixed(5)] as const)
          .sort(([a], [c]) => a - c),
      );
      expect(expected.length).toBeGreaterThan(50);
      expect(await pairsOf()).toEqual(expected);
      expect(await pairsOf(90)).toEqual(expected.filter(([, second]) => second >= 90));
      expect(get().stats(rosterId)).toMatchObject({ templates: 300 });
      await expect(get().compare([permit], vectors, 0.3)).rejects.toThrow("its own permit");
    });

    test("forgets who is removed, and follows templates to another person", async () => {
      await get().add(rosterId, [{ ...(entries[7] as IndexEntry), personId: "p8" }]);
      const seven = (entries[7] as IndexEntry).vector;
      expect(await search([seven], 1)).toMatchObject([[{ personId: "p8", templateId: "t7" }]]);
      expect(get().stats(rosterId)).toMatchObject({ persons: 299, templates: 300 });
      expect(await get().removeTemplates(rosterId, ["t7"])).toBe(1);
      expect(await get().removePerson(rosterId, "p8")).toBe(1);
      const [found = []] = await search([seven], 100);
      expect(found.filter(({ personId }) => personId === "p7" || personId === "p8")).toEqual([]);
    });

    test("is not searched as a gallery is, nor a gallery as it is", async () => {
      const asGallery = get().search(permitFor(rosterId), rosterId, [image(0)], 1);
      await expect(asGallery).rejects.toThrow("permit refused");
      const toEnrol = mintPermit({ ...permit, galleryIds: ["staff"] });
      await expect(get().search(toEnrol, "staff", [image(0)], 1)).rejects.toThrow("to enrol");
    });

    test("asks a good permit to enrol for each query", async () => {
      const queries = [image(0), image(1)];
      const withLast = (last: Permit) => get().searchRoster([permit, last], queries, { k: 1 });
      await expect(withLast(permitFor("staff"))).rejects.toThrow("to identify");
      await expect(withLast({ ...permit } as Permit)).rejects.toThrow("FORGED");
      const expired = mintPermit({ ...permit, expiresAtMs: testNowMs - 1 });
      await expect(withLast(expired)).rejects.toMatchObject({ reason: "PERMIT_EXPIRED" });
      await expect(get().searchRoster([permit], queries, { k: 1 })).rejects.toThrow(
        "its own permit",
      );
      expect(await withLast(permit)).toHaveLength(2);
    });

    test("refuses what a gallery refuses", async () => {
      const [short] = [image(0).subarray(1)];
      await expect(search([image(0), short], 1)).rejects.toMatchObject({
        reason: "EMBEDDING_DIMENSION_WRONG",
      });
      await expect(search([image(0)], 101)).rejects.toMatchObject({ reason: "FIELD_INVALID" });
      const controller = new AbortController();
      const cancelled = search([image(0)], 1, controller.signal);
      controller.abort();
      await expect(cancelled).rejects.toMatchObject({ status: "CANCELLED" });
    });
  });

  test("without a roster there is nothing to search", async () => {
    await expect(search([image(0)], 1)).rejects.toMatchObject({ status: "NOT_FOUND" });
  });
}
