import { describe, expect, it } from "vitest";
import { makePriors } from "../../src/vision/priors.js";
import { planScales, scaleDefaults } from "../../src/vision/scales.js";
import { pack } from "./photos.js";

describe("planScales()", () => {
  it("looks closely at a large frame, and once over the whole of it", () => {
    const [close, overview, ...rest] = planScales(1920, 1080, scaleDefaults);
    expect(rest).toEqual([]);
    expect(close?.scale).toBeCloseTo(18 / 32, 3);
    expect(Math.max(overview?.width ?? 0, overview?.height ?? 0)).toBe(192);
    expect(overview?.border).toBeGreaterThan(0);
  });

  it("needs only the overview of a small frame, and does not blow it up without end", () => {
    expect(planScales(112, 112, scaleDefaults)).toHaveLength(1);
    expect(planScales(16, 16, scaleDefaults)[0]?.width).toBe(48);
  });

  it("looks closer for smaller faces, within the limit of pixels", () => {
    const closer = planScales(1920, 1080, { ...scaleDefaults, faceSizeMinPx: 24 });
    expect(closer[0]?.scale).toBeCloseTo(18 / 24, 3);
    const [close] = planScales(8000, 6000, scaleDefaults);
    expect((close?.width ?? 0) * (close?.height ?? 0)).toBeLessThan(1_610_000);
  });
});

describe("makePriors()", () => {
  it("has the 4420 anchors of the 320 x 240 model, from small to large", () => {
    const priors = makePriors(320, 240, pack.detector);
    expect(priors.count).toBe(4420);
    expect(Array.from(priors.values.subarray(0, 3))).toEqual([4, 4, 10]);
    expect(Array.from(priors.values.subarray(-3))).toEqual([288, 224, 256]);
  });

  it("counts a cell that the input only half fills", () => {
    const spec = { strides: [8, 16], minSizes: [[10], [32]] };
    expect(makePriors(17, 9, spec).count).toBe(3 * 2 + 2 * 1);
  });
});
