import { describe, expect, test } from "vitest";
import { type Graph, type GraphLibrary, graphLibrary } from "../../src/index/graph.js";
import type { Meter, Work } from "../../src/index/meter.js";
import { createGallery } from "../../src/index/shard-gallery.js";
import { drawFaces } from "./faces.js";
import { finishUpkeep, galleryOf, toolsOf } from "./galleries.js";
import { createNaiveGallery } from "./naive.js";

const dimension = 24;
const options = {
  m: 8,
  efConstruction: 40,
  autoThreshold: 2_000,
  autoSampleSize: 1_000,
  recallTarget: 0.9,
  recallSampleFraction: 0,
};

/** A machine whose clock goes on by 0.1 ms at each look, and whose speed a test sets. */
function machine() {
  const us = { row: 1, graph: 1_000 };
  let nowMs = 0;
  const meter: Meter = {
    nowMs() {
      nowMs += 0.1;
      return nowMs;
    },
    time(work: Work, act) {
      act();
      if (work.kind === "scan") return (us.row * work.rows * work.queries) / 1_000;
      return us.graph / 1_000;
    },
  };
  return { us, meter };
}

function world() {
  const { us, meter } = machine();
  const gallery = galleryOf("auto", dimension, options, meter);
  const naive = createNaiveGallery();
  const draw = drawFaces(dimension, 21);
  let next = 0;
  function add(persons: number): void {
    for (let i = 0; i < persons; i += 1) {
      const vector = draw.person()();
      const ids = { templateIds: [`t${next}`], personIds: [`p${next}`] };
      naive.add([{ templateId: `t${next}`, personId: `p${next}`, vector }]);
      gallery.add({ ...ids, vectors: vector.slice() });
      next += 1;
    }
  }
  function remove(person: number): void {
    expect(gallery.removePerson(`p${person}`)).toBe(naive.removePerson(`p${person}`));
  }
  const probe = () => draw.person()();
  return { us, gallery, naive, add, remove, probe };
}

describe("an auto gallery", () => {
  test("is scanned while it is small, and measures nothing", () => {
    const { gallery, add } = world();
    add(1_900);
    expect(gallery.upkeep(true)).toBe(false);
    expect(gallery.report()).toMatchObject({ method: "exact", ef: null, templates: 1_900 });
  });

  test("builds a graph where one is told to win, and drops its sample where not", () => {
    const quick = world();
    quick.us.row = 0.01;
    quick.add(2_500);
    finishUpkeep(quick.gallery);
    const { method, why, bytes } = quick.gallery.report();
    expect(method).toBe("exact");
    expect(why).toMatch(
      /^exact: 25 us a search by scanning 2,500 templates, about 2,\d+ us by a gr/,
    );

    const slow = world();
    slow.us.row = 10;
    slow.add(2_500);
    finishUpkeep(slow.gallery);
    expect(slow.gallery.report()).toMatchObject({ method: "hnsw" });
    expect(slow.gallery.report().why).toMatch(/^hnsw: 25,000 us a search.*, 1,000 us by a graph/);
    expect(slow.gallery.report().ef).toBeGreaterThanOrEqual(16);
    // A graph has a copy of every vector, and a sample that was dropped has not.
    expect(slow.gallery.report().bytes).toBeGreaterThan(bytes + 2_500 * dimension * 4);
  });

  test("drops a graph that turns out to lose, takes it up again when scans get slow", () => {
    const { us, gallery, add } = world();
    us.row = 10;
    add(2_500);
    while (gallery.report().method === "exact") gallery.upkeep(true);
    // Now that there is a graph it takes far longer than the sample told.
    us.graph = 90_000;
    finishUpkeep(gallery);
    expect(gallery.report().method).toBe("exact");
    us.row = 400;
    const query = new Float32Array(dimension).fill(1 / Math.sqrt(dimension));
    for (let i = 0; i < 31; i += 1) gallery.search(query.slice(), 1, 1);
    for (let i = 0; i < 4; i += 1) {
      const queries = new Float32Array(16 * dimension).fill(1 / Math.sqrt(dimension));
      gallery.search(queries, 16, 1);
    }
    // Not before it has grown by a quarter.
    finishUpkeep(gallery);
    expect(gallery.report().method).toBe("exact");
    add(700);
    finishUpkeep(gallery);
    expect(gallery.report().method).toBe("hnsw");
  });

  test("loses no template and no erasure while it switches", () => {
    const { us, gallery, naive, add, remove, probe } = world();
    const methods = new Set<string>();
    us.row = 10;
    add(2_200);
    let steps = 0;
    let hits = 0;
    for (let going = true; going || steps < 600; steps += 1) {
      going = gallery.upkeep(true);
      if (steps % 4 === 0) add(1);
      if (steps % 6 === 0 && steps < 600) remove(steps);
      if (gallery.report().method === "hnsw") us.graph = 90_000;
      methods.add(gallery.report().method);
      const query = probe();
      const found = gallery.search(query.slice(), 1, 3)[0] ?? [];
      if (Math.abs((found[0]?.score ?? -2) - (naive.search(query, 1)[0]?.score ?? 2)) < 1e-5) {
        hits += 1;
      }
      expect(gallery.templates).toBe(naive.templates);
      const gone = found.map(({ personId }) => Number(personId.slice(1)));
      expect(gone.filter((person) => person <= steps && person % 6 === 0 && person < 600)).toEqual(
        [],
      );
    }
    expect(methods).toEqual(new Set(["exact", "hnsw"]));
    expect(hits / steps).toBeGreaterThan(0.9);
    for (let person = 0; person < steps && person < 600; person += 6) {
      expect(gallery.removePerson(`p${person}`)).toBe(0);
    }
  });

  test("only measures when nobody waits, and never for longer than a slice", () => {
    const { us, gallery, add } = world();
    us.row = 10;
    add(2_500);
    // Somebody always waits: the sample is built, nothing is measured.
    for (let i = 0; i < 2_000; i += 1) expect(gallery.upkeep(false)).toBe(true);
    expect(gallery.report()).toMatchObject({
      method: "exact",
      why: "exact: what a graph would take is being measured; its graph has 1000 of 1000 templates",
    });
    let slices = 0;
    while (gallery.upkeep(true)) slices += 1;
    // 2 ms a slice, 0.1 ms a look at the clock: twenty steps at most.
    expect(slices).toBeGreaterThan(1_500 / 21);
    expect(gallery.report().method).toBe("hnsw");
  });
});

test("a graph that reaches the target with no ef is dropped, and the gallery scanned", () => {
  /** Never finds a third of what it has. */
  const lossy: GraphLibrary = {
    ...graphLibrary,
    create(...args) {
      const graph = graphLibrary.create(...args);
      const { nearest: whole } = graph;
      const nearest: Graph["nearest"] = (query, count, ef) =>
        whole(query, count, ef).filter((label) => label % 3 > 0);
      return Object.defineProperty(graph, "nearest", { value: nearest });
    },
  };
  const tools = toolsOf(dimension, { ...options, fullScanThreshold: 500 });
  const gallery = createGallery({ ...tools, library: lossy }, "hnsw");
  const draw = drawFaces(dimension, 22);
  const images = Array.from({ length: 1_100 }, () => draw.person());
  images.forEach((image, i) => {
    gallery.add({ templateIds: [`t${i}`], personIds: [`p${i}`], vectors: image() });
  });
  finishUpkeep(gallery);
  expect(gallery.report()).toMatchObject({
    method: "exact",
    why: "exact: no ef up to 8,192 reaches the recall target in a graph of 1,100 templates",
  });
  expect(gallery.upkeep(true)).toBe(false);
});
