import { describe, expect, test } from "vitest";
import type { Gallery } from "../../src/index/gallery.js";
import { drawFaces } from "./faces.js";
import { finishUpkeep, galleryOf } from "./galleries.js";
import { createNaiveGallery } from "./naive.js";

const dimension = 48;

function filled(persons: number, seed: number) {
  const options = { m: 12, efConstruction: 80, fullScanThreshold: 0 };
  const gallery = galleryOf("hnsw", dimension, options);
  const naive = createNaiveGallery();
  const draw = drawFaces(dimension, seed);
  const images = Array.from({ length: persons }, () => draw.person());
  function add(i: number): void {
    const vector = (images[i] as () => Float32Array)();
    naive.add([{ personId: `p${i}`, templateId: `t${i}`, vector }]);
    gallery.add({ personIds: [`p${i}`], templateIds: [`t${i}`], vectors: vector.slice() });
  }
  for (let i = 0; i < persons; i += 1) add(i);
  return { gallery, naive, images, add };
}

function search(gallery: Gallery, probe: Float32Array, k = 1) {
  return gallery.search(probe, 1, k)[0] ?? [];
}

function recall({ gallery, naive, images }: ReturnType<typeof filled>): number {
  const probes = images.map((image) => image());
  const hits = probes.filter((probe) => {
    const [found] = search(gallery, probe);
    return found?.personId === naive.search(probe, 1)[0]?.personId;
  });
  return hits.length / probes.length;
}

describe("hnsw gallery", () => {
  test("finds what was added before, while and after the graph is built", () => {
    const { gallery, naive, images } = filled(1_500, 3);
    for (const _ of [1, 2, 3, 4]) {
      const probe = images[700]?.() ?? new Float32Array(dimension);
      expect(search(gallery, probe)[0]?.personId).toBe(naive.search(probe, 1)[0]?.personId);
      gallery.upkeep(true);
    }
    finishUpkeep(gallery);
    const probe = images[701]?.() ?? new Float32Array(dimension);
    expect(search(gallery, probe)[0]?.personId).toBe(naive.search(probe, 1)[0]?.personId);
  });

  test("keeps its recall through removals, re-additions and the rebuilding they cause", () => {
    const state = filled(1_500, 4);
    const { gallery, naive, add } = state;
    finishUpkeep(gallery);
    for (let i = 0; i < 1_000; i += 1) {
      if (i % 2 === 1) continue;
      expect(gallery.removePerson(`p${i}`)).toBe(naive.removePerson(`p${i}`));
      // In the midst of a rebuilding as well as between two.
      if (i % 100 === 0) gallery.upkeep(true);
    }
    expect(recall(state)).toBeGreaterThanOrEqual(0.98);
    for (let i = 0; i < 500; i += 2) add(i);
    finishUpkeep(gallery);
    expect(gallery.templates).toBe(naive.templates);
    expect(recall(state)).toBeGreaterThanOrEqual(0.98);
  });

  test("templates that move to another person, and back, are found as theirs", () => {
    const { gallery, naive, images } = filled(400, 6);
    finishUpkeep(gallery);
    const vectors = images.slice(0, 3).map((image) => image());
    const move = (personId: string) =>
      vectors.forEach((vector, i) => {
        naive.add([{ personId, templateId: `t${i}`, vector }]);
        gallery.add({ personIds: [personId], templateIds: [`t${i}`], vectors: vector.slice() });
      });
    move("p7");
    expect(gallery.persons).toBe(397);
    for (const probe of vectors) {
      expect(search(gallery, probe)[0]).toMatchObject({ personId: "p7", score: 1 });
    }
    expect(gallery.removeTemplates(["t1", "none", "t1"])).toBe(1);
    expect(search(gallery, vectors[1] as Float32Array)[0]?.score).toBeLessThan(0.99);
    move("p2");
    expect(gallery.removePerson("p7")).toBe(1);
    expect(gallery.removePerson("p2")).toBe(3);
    for (const probe of vectors) expect(search(gallery, probe)[0]?.score).toBeLessThan(0.99);
    expect(gallery.templates).toBe(396);
  });

  test("an emptied gallery finds nobody and can be filled again", () => {
    const { gallery, images, add } = filled(300, 5);
    finishUpkeep(gallery);
    for (let i = 0; i < 300; i += 1) gallery.removePerson(`p${i}`);
    const probe = images[0]?.() ?? new Float32Array(dimension);
    expect(search(gallery, probe, 10)).toEqual([]);
    add(0);
    finishUpkeep(gallery);
    expect(search(gallery, probe, 10)).toMatchObject([{ personId: "p0" }]);
    gallery.wipe();
    expect(search(gallery, probe, 10)).toEqual([]);
  });
});
