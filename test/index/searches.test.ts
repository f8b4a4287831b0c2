import { expect, test } from "vitest";
import { createIndex } from "../../src/index/create-index.js";
import { rosterId } from "../../src/index/port.js";
import { partSize } from "../../src/index/searches.js";
import { testClock } from "./permits.js";

test("a part of a roster search is a few whole groups of queries, fewer the larger the roster", () => {
  expect(partSize(0)).toBeGreaterThanOrEqual(1_024);
  expect(partSize(100_000)).toBe(8);
  expect(partSize(5_000_000)).toBe(4);
  for (const templates of [1, 999, 12_345, 77_777]) expect(partSize(templates) % 4).toBe(0);
});

test("the roster does not count as one of the galleries that there may be", async () => {
  const index = await createIndex({
    driver: "exact",
    dimension: 2,
    workers: 1,
    galleriesMax: 1,
    clock: testClock,
  });
  await index.createGallery("a");
  await index.createGallery(rosterId);
  await expect(index.createGallery("b")).rejects.toMatchObject({ status: "RESOURCE_EXHAUSTED" });
  await expect(index.createGallery(rosterId)).rejects.toMatchObject({ status: "ALREADY_EXISTS" });
  await index.close();
});
