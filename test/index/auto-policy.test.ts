import { describe, expect, test } from "vitest";
import { autoPolicy } from "../../src/index/auto-policy.js";
import { type Costs, createCosts } from "../../src/index/costs.js";
import type { Tuning } from "../../src/index/ef-tuning.js";

const options = { threshold: 20_000, sampleSize: 8_000 };
const tuned: Tuning = { ef: 100, templates: 8_000, probes: 650 };

/** Scans take `scan` us at 100,000 templates, a graph `graph`. */
function costsOf(scan: number, graph: number): Costs {
  const costs = createCosts();
  costs.noteScan(100_000, 1, scan / 1_000);
  costs.noteScan(100_000, 16, (16 * scan) / 1_000);
  costs.noteGraph(100_000, graph / 1_000);
  return costs;
}

describe("the auto policy", () => {
  test("weighs no graph in a small gallery", () => {
    const policy = autoPolicy(options);
    const facts = { costs: costsOf(9_000, 1), tuning: tuned };
    expect(policy.wanted({ templates: 19_999, ...facts })).toBe(0);
    expect(policy.why).toContain("20,000");
    expect(policy.wanted({ templates: 20_000, ...facts })).toBe(Infinity);
  });

  test("asks for a sample until it knows what both would cost", () => {
    const policy = autoPolicy(options);
    const costs = createCosts();
    expect(policy.wanted({ templates: 50_000, costs, tuning: null })).toBe(8_000);
    costs.noteGraph(8_000, 0.1);
    expect(policy.wanted({ templates: 50_000, costs, tuning: tuned })).toBe(8_000);
    costs.noteScan(50_000, 1, 0.1);
    expect(policy.wanted({ templates: 50_000, costs, tuning: tuned })).toBe(8_000);
    costs.noteScan(50_000, 16, 0.1);
    expect(policy.wanted({ templates: 50_000, costs, tuning: tuned })).toBe(0);
  });

  test("wants a graph that wins by the margin, and says by how much", () => {
    const decide = (scan: number, graph: number) => {
      const policy = autoPolicy(options);
      const costs = costsOf(scan, graph);
      return [policy.wanted({ templates: 100_000, costs, tuning: tuned }), policy.why];
    };
    expect(decide(1_490, 1_000)).toEqual([
      0,
      "1,490 us a search by scanning 100,000 templates, about 1,000 us by a graph at the recall target",
    ]);
    expect(decide(1_510, 1_000)[0]).toBe(Infinity);
  });

  test("drops a graph only when it loses by the margin", () => {
    const policy = autoPolicy(options);
    const whole = { ...tuned, templates: 100_000 };
    const ask = (scan: number, tuning: Tuning) =>
      policy.wanted({ templates: 100_000, costs: costsOf(scan, 1_000), tuning });
    expect(ask(2_000, tuned)).toBe(Infinity);
    expect(ask(700, { ...whole })).toBe(Infinity);
    expect(policy.why).toContain(", 1,000 us by a graph");
    expect(ask(650, { ...whole })).toBe(0);
    // And takes it up again only when it wins by the margin.
    expect(ask(1_400, { ...whole })).toBe(0);
    expect(ask(1_600, { ...whole })).toBe(Infinity);
  });

  test("weighs again only when the gallery has grown by a quarter", () => {
    const policy = autoPolicy(options);
    const ask = (templates: number, scan: number) =>
      policy.wanted({ templates, costs: costsOf(scan, 1_000), tuning: tuned });
    expect(ask(100_000, 100)).toBe(0);
    expect(ask(124_000, 99_000)).toBe(0);
    expect(ask(125_000, 99_000)).toBe(Infinity);
  });

  test("keeps scanning where no ef reaches the target, and tries again at twice the size", () => {
    const policy = autoPolicy(options);
    const costs = costsOf(99_000, 1);
    const hopeless = { ...tuned, ef: null };
    const ask = (templates: number, tuning: Tuning) => policy.wanted({ templates, costs, tuning });
    expect(ask(50_000, hopeless)).toBe(0);
    expect(policy.why).toContain("no ef up to 8,192");
    expect(ask(99_000, hopeless)).toBe(0);
    expect(ask(100_000, hopeless)).toBe(8_000);
    expect(ask(100_001, { ...hopeless })).toBe(0);
    expect(ask(199_000, hopeless)).toBe(0);
  });

  test("a gallery that has shrunk far below the threshold has no graph", () => {
    const policy = autoPolicy(options);
    const ask = (templates: number) =>
      policy.wanted({ templates, costs: costsOf(9_000, 100), tuning: tuned });
    expect(ask(30_000)).toBe(Infinity);
    expect(ask(11_000)).toBe(Infinity);
    expect(ask(9_999)).toBe(0);
    expect(ask(19_000)).toBe(0);
  });
});
