import { describe, expect, it } from "vitest";
import { createByteBudget } from "../../src/base/byte-budget.js";

describe("a budget of bytes", () => {
  it("keeps its second half for those that hold nothing", () => {
    const budget = createByteBudget(100);
    expect(budget.take(40, 0)).toBe(true);
    expect(budget.take(11, 40)).toBe(false);
    expect(budget.take(10, 40)).toBe(true);
    expect(budget.take(50, 0)).toBe(true);
    expect(budget.take(1, 0)).toBe(false);
    expect(budget.takenBytes).toBe(100);
  });

  it("never takes what is larger than all of it", () => {
    expect(createByteBudget(100).take(101, 0)).toBe(false);
  });

  it("has room again for what was given back, and tells of every change", () => {
    const told: number[] = [];
    const budget = createByteBudget(10, (bytes) => told.push(bytes));
    budget.take(10, 0);
    budget.release(10);
    expect(budget.take(10, 0)).toBe(true);
    expect(told).toEqual([10, 0, 10]);
  });

  it("does not take back what it never gave", () => {
    expect(() => createByteBudget(10).release(1)).toThrow("more bytes");
  });
});
