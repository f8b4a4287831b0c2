import { expect, test } from "vitest";
import { galleryOfShard, shardName, shardOf } from "../../src/index/shards.js";

test("a person's shard is the same in every version, or a reload would lose people", () => {
  const ids = ["", "a", "b", "0190f0c2-7b3a-7def-8000-000000000001", "某人", "x".repeat(128)];
  expect(ids.map((id) => shardOf(id, 8))).toEqual([3, 3, 2, 2, 1, 4]);
  expect(ids.map((id) => shardOf(id, 3))).toEqual([2, 0, 0, 1, 1, 2]);
  expect(ids.map((id) => shardOf(id, 1))).toEqual([0, 0, 0, 0, 0, 0]);
});

test.each([2, 3, 5, 8, 64])("persons are spread evenly over %i shards", (shards) => {
  const counts = new Array<number>(shards).fill(0);
  const persons = 2_000 * shards;
  for (let i = 0; i < persons; i += 1) {
    const shard = shardOf(`0190f0c2-7b3a-7def-8000-${i.toString(16).padStart(12, "0")}`, shards);
    counts[shard] = (counts[shard] ?? 0) + 1;
  }
  // Five standard deviations of a binomial count of 2,000.
  for (const count of counts) expect(Math.abs(count - 2_000)).toBeLessThan(5 * Math.sqrt(2_000));
});

test("a shard's name tells its gallery, whatever that is called", () => {
  for (const galleryId of ["staff", "*", "7:a", ":"]) {
    expect(galleryOfShard(shardName(galleryId, 12))).toBe(galleryId);
  }
});
