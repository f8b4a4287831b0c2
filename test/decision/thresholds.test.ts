import { describe, expect, it } from "vitest";
import {
  type CalibrationTable,
  calibrationProblem,
  cosineForFmr,
  type DecisionPolicy,
  fmrForFpir,
  policyProblem,
  thresholdsFor,
} from "../../src/decision/thresholds.js";

const table: CalibrationTable = [
  [0.1, -1],
  [0.2, -2],
  [0.3, -4],
  [0.35, -6],
];

const policy: DecisionPolicy = {
  calibration: table,
  fpirTarget: 0.01,
  fpirReview: 0.1,
  fpirDuplicate: 0.01,
  galleryPersonsFloor: 1000,
};

it("fmrForFpir solves 1 - (1 - FMR)^N = FPIR", () => {
  expect(fmrForFpir(0.01, 1)).toBeCloseTo(0.01, 12);
  expect(1 - (1 - fmrForFpir(0.2, 50)) ** 50).toBeCloseTo(0.2, 12);
});

it("fmrForFpir keeps its digits for a gallery of a billion", () => {
  expect(fmrForFpir(1e-6, 1e9) / 1.0000005e-15).toBeCloseTo(1, 9);
});

describe("cosineForFmr", () => {
  it("gives a row's own cosine at its rate", () => {
    for (const [cosine, log10Fmr] of table) expect(cosineForFmr(table, log10Fmr)).toBe(cosine);
  });

  it("is log-linear between rows", () => {
    expect(cosineForFmr(table, -1.5)).toBeCloseTo(0.15, 12);
    expect(cosineForFmr(table, -3)).toBeCloseTo(0.25, 12);
  });

  it("never goes below the first row", () => {
    expect(cosineForFmr(table, -0.5)).toBe(0.1);
    expect(cosineForFmr(table, 0)).toBe(0.1);
  });

  it("goes on beyond the last row as over the last factor of ten, whatever single rows do", () => {
    const noisy: CalibrationTable = [
      [0.1, -1],
      [0.3, -3],
      [0.31, -3.5],
      [0.38, -4],
    ];
    // 0.08 from -3 to -4.
    expect(cosineForFmr(noisy, -5)).toBeCloseTo(0.38 + 0.08, 12);
    expect(cosineForFmr(noisy, -6)).toBeCloseTo(0.38 + 0.16, 12);
  });

  it("goes on with the whole table's slope when that spans less than a factor of ten", () => {
    const short: CalibrationTable = [
      [0.1, -1],
      [0.15, -1.5],
    ];
    expect(cosineForFmr(short, -2.5)).toBeCloseTo(0.15 + 0.1, 12);
  });

  it("stops at 1", () => {
    expect(cosineForFmr(table, -300)).toBe(1);
  });

  it("takes a plateau for one rate", () => {
    const flat: CalibrationTable = [
      [0.1, -1],
      [0.2, -3],
      [0.3, -3],
    ];
    expect(cosineForFmr(flat, -3)).toBe(0.2);
    expect(cosineForFmr(flat, -4)).toBeCloseTo(0.3 + 0.1, 12);
  });
});

describe("thresholdsFor", () => {
  it("uses the gallery's size above the floor, and the floor below it", () => {
    const atFloor = thresholdsFor(policy, 1000);
    expect(thresholdsFor(policy, 0)).toEqual(atFloor);
    expect(thresholdsFor(policy, 3)).toEqual(atFloor);
    expect(thresholdsFor(policy, 100_000).match).toBeGreaterThan(atFloor.match);
  });

  it("sets the threshold of the false match rate that the target needs", () => {
    const expected = cosineForFmr(table, Math.log10(fmrForFpir(0.01, 5000)));
    expect(thresholdsFor(policy, 5000).match).toBe(expected);
  });

  it("lets a caller raise the threshold and never lower it", () => {
    const { match, review } = thresholdsFor(policy, 1000);
    expect(thresholdsFor(policy, 1000, 0.9)).toEqual({ match: 0.9, review });
    expect(thresholdsFor(policy, 1000, -1)).toEqual({ match, review });
    expect(thresholdsFor(policy, 1000, NaN)).toEqual({ match, review });
    expect(thresholdsFor(policy, 1000, Infinity)).toEqual({ match: 1, review });
  });

  it("takes a review target stricter than the target for the target", () => {
    const { match, review } = thresholdsFor({ ...policy, fpirReview: 0.001 }, 1000);
    expect(review).toBe(match);
  });
});

it.each([
  ["one row", [[0.1, -1]], /two different rates/],
  [
    "one rate",
    [
      [0.1, -1],
      [0.2, -1],
    ],
    /two different rates/,
  ],
  [
    "falling cosines",
    [
      [0.2, -1],
      [0.1, -2],
    ],
    /cosines must rise/,
  ],
  [
    "rising rates",
    [
      [0.1, -2],
      [0.2, -1],
    ],
    /rates must not rise/,
  ],
  [
    "a rate above 1",
    [
      [0.1, 0.5],
      [0.2, -1],
    ],
    /at most 0/,
  ],
  [
    "a rate of zero",
    [
      [0.1, -1],
      [0.2, -Infinity],
    ],
    /finite/,
  ],
  [
    "a cosine beyond 1",
    [
      [0.1, -1],
      [1.2, -2],
    ],
    /beyond/,
  ],
  [
    "NaN",
    [
      [NaN, -1],
      [0.2, -2],
    ],
    /beyond/,
  ],
] as const)("calibrationProblem names %s", (_name, rows, problem) => {
  expect(calibrationProblem(rows)).toMatch(problem);
});

it("policyProblem accepts a good policy and names what is wrong with another", () => {
  expect(policyProblem(policy)).toBeNull();
  expect(policyProblem({ ...policy, fpirTarget: 0 })).toMatch(/fpirTarget/);
  expect(policyProblem({ ...policy, fpirReview: 1 })).toMatch(/fpirReview/);
  expect(policyProblem({ ...policy, galleryPersonsFloor: 0 })).toMatch(/galleryPersonsFloor/);
  expect(policyProblem({ ...policy, calibration: [] })).toMatch(/calibration/);
});
