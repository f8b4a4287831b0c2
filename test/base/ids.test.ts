import { expect, it } from "vitest";
import { isSlug } from "../../src/base/ids.js";

it("tells an id that a caller may choose", () => {
  for (const id of ["a", "gate-4", `a${"b".repeat(62)}`]) expect(isSlug(id)).toBe(true);
  for (const id of ["", "4", "-a", "a-", "A", "a_b", `a${"b".repeat(63)}`]) {
    expect(isSlug(id)).toBe(false);
  }
});
