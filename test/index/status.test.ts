import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createIndex, type EmbeddedIndex } from "../../src/index/create-index.js";
import type { ShardReport } from "../../src/index/messages.js";
import { rosterId } from "../../src/index/port.js";
import { summarise } from "../../src/index/status.js";
import { drawFaces } from "./faces.js";
import { testClock } from "./permits.js";

describe("index report", () => {
  let index: EmbeddedIndex;
  const draw = drawFaces(8, 1);
  const entries = (count: number) =>
    Array.from({ length: count }, (_, i) => {
      return { personId: `p${i}`, templateId: `t${i}`, vector: draw.person()() };
    });

  beforeEach(async () => {
    index = await createIndex({ driver: "exact", dimension: 8, workers: 3, clock: testClock });
    for (const id of [rosterId, "large", "small", "empty"]) await index.createGallery(id);
    await index.add(rosterId, entries(20));
    await index.add("large", entries(10));
    await index.add("small", entries(2));
  });
  afterEach(() => index.close());

  test("sums up all workers, and counts the roster's templates but not as a gallery", async () => {
    const report = await index.report([]);
    expect(report).toMatchObject({ workers: 3, galleries: [] });
    expect(report.kernels).toHaveLength(1);
    expect(report.methods.exact).toMatchObject({ galleries: 3, templates: 32 });
    expect(report.methods.exact.bytes).toBeGreaterThan(32 * 8 * 5);
    expect(report.methods.hnsw).toMatchObject({ galleries: 0, templates: 0 });
  });

  test("tells of the largest galleries, or of those that are named and exist", async () => {
    const { galleries } = await index.report(2);
    expect(galleries).toMatchObject([
      { galleryId: "large", persons: 10, templates: 10, methods: ["exact"] },
      { galleryId: "small", persons: 2, templates: 2 },
    ]);
    expect(galleries[0]?.reasons[0]).toMatch(/^exact/);
    const named = await index.report(["empty", "none"]);
    expect(named.galleries).toMatchObject([{ galleryId: "empty", templates: 0, methods: [] }]);
    await expect(index.report(101)).rejects.toMatchObject({ reason: "FIELD_INVALID" });
  });
});

test("a worker with ten thousand shards tells sums, and in full only what is asked for", () => {
  const shard = (galleryId: string, method: "exact" | "hnsw"): ShardReport => {
    const counts = { persons: 1, templates: 2, bytes: 3, replayed: 4, agreed: 4 };
    return { galleryId, method, why: "", ef: null, ...counts };
  };
  const many = Array.from({ length: 10_000 }, (_, i) => {
    return shard(`0:g${i}`, i < 9_990 ? "exact" : "hnsw");
  });
  const summary = summarise({ kernel: "simd", passedOver: [] }, many, ["0:g7", "0:none"]);
  expect(summary.methods.exact).toEqual({
    templates: 19_980,
    bytes: 29_970,
    replayed: 39_960,
    agreed: 39_960,
  });
  expect(summary.graphs).toHaveLength(10);
  expect(summary.shards.map(({ galleryId }) => galleryId)).toEqual(["0:g7"]);
});
