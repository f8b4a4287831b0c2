import { describe, expect, test } from "vitest";
import { createCosts } from "../../src/index/costs.js";

describe("costs", () => {
  test("are unknown until something was measured", () => {
    const costs = createCosts();
    expect(costs.scanUs(1_000)).toBeNull();
    expect(costs.graphUs(1_000)).toBeNull();
    expect(costs.unmeasuredScans).toEqual([1, 16]);
    costs.noteScan(10_000, 1, 1);
    expect(costs.unmeasuredScans).toEqual([16]);
  });

  test("a scan's grow as the rows, a graph's as their 0.8th power", () => {
    const costs = createCosts();
    costs.noteScan(10_000, 1, 1);
    costs.noteGraph(10_000, 0.5);
    expect(costs.scanUs(40_000)).toBeCloseTo(4_000);
    expect(costs.graphUs(10_000)).toBeCloseTo(500);
    expect(costs.graphUs(100_000)).toBeCloseTo(500 * 10 ** 0.8);
  });

  test("are those of the mix of lone and batched queries that came", () => {
    const costs = createCosts();
    costs.noteScan(10_000, 1, 1);
    costs.noteScan(10_000, 16, 3.2);
    expect(costs.scanUs(10_000)).toBeCloseTo(1_000);
    for (let i = 0; i < 1_000; i += 1) costs.arrived(16);
    expect(costs.scanUs(10_000)).toBeCloseTo(200);
    for (let i = 0; i < 10_000; i += 1) costs.arrived(1);
    expect(costs.scanUs(10_000)).toBeCloseTo(1_000);
  });

  test("are not swayed by one slow measurement, nor by scans of a few rows", () => {
    const costs = createCosts();
    for (let i = 0; i < 9; i += 1) costs.noteScan(10_000, 1, 1);
    costs.noteScan(10_000, 1, 900);
    costs.noteScan(10, 1, 900);
    expect(costs.scanUs(10_000)).toBeCloseTo(1_000);
  });

  test("follow what is measured later", () => {
    const costs = createCosts();
    for (let i = 0; i < 31; i += 1) costs.noteGraph(8_000, 0.1);
    for (let i = 0; i < 31; i += 1) costs.noteGraph(100_000, 7);
    expect(costs.graphUs(100_000)).toBeCloseTo(7_000);
  });
});
