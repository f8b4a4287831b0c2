import { expect, it } from "vitest";
import { isSlug, newTimedId } from "../../src/base/ids.js";

it("makes ids of the form of UUID v7, which stand in the order of their time", () => {
  const times = [0, 1, 1_767_225_600_000, 1_767_225_600_001.7, 2 ** 47];
  const ids = times.map(newTimedId);
  for (const id of ids) {
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
  expect([...ids].sort()).toEqual(ids);
  expect(ids[2]).toMatch(/^019b76da-a800-/);
  expect(new Set(Array.from({ length: 1_000 }, () => newTimedId(5))).size).toBe(1_000);
});

it("tells an id that a caller may choose", () => {
  for (const id of ["a", "gate-4", `a${"b".repeat(62)}`]) expect(isSlug(id)).toBe(true);
  for (const id of ["", "4", "-a", "a-", "A", "a_b", `a${"b".repeat(63)}`]) {
    expect(isSlug(id)).toBe(false);
  }
});
