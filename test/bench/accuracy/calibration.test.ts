import { describe, expect, it } from "vitest";
import { calibrationTable, impostorTail } from "../../../bench/accuracy/calibration.js";
import { ScoreHistogram } from "../../../bench/accuracy/metrics/histogram.js";
import { packManifestSchema } from "../../../src/vision/packs/manifest.js";

/** 10,000 impostors with cosines 0, 0.00009, ... 0.89991. */
const evenScores = Array.from({ length: 10_000 }, (_, index) => index * 9e-5);

function evenImpostors(): ScoreHistogram {
  const histogram = new ScoreHistogram();
  for (const score of evenScores) histogram.add(score);
  return histogram;
}

describe("ScoreHistogram", () => {
  it("finds the threshold that a sorted list would give, to its resolution", () => {
    const [tenth, none] = evenImpostors().thresholdsAt([0.1, 0]);
    expect(tenth?.accepted).toBe(1000);
    expect(tenth?.threshold).toBeGreaterThan(0.80991);
    expect(tenth?.threshold).toBeLessThanOrEqual(0.81);
    expect(none?.accepted).toBe(0);
    expect(none?.threshold).toBeGreaterThan(0.89991);
  });

  it("counts failures in the rate, and not in mean and deviation", () => {
    const histogram = new ScoreHistogram();
    for (const score of [0.1, 0.3, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      histogram.add(score);
    }
    expect(histogram.count).toBe(4);
    expect(histogram.mean).toBeCloseTo(0.2, 12);
    expect(histogram.deviation).toBeCloseTo(0.1, 12);
    expect(histogram.thresholdsAt([0.25])[0]?.accepted).toBe(1);
    expect(histogram.thresholdsAt([1])[0]?.accepted).toBe(2);
  });

  it("holds cosines that rounding has put beyond 1", () => {
    const histogram = new ScoreHistogram();
    histogram.add(1.0000001);
    histogram.add(-1.0000001);
    expect(histogram.acceptedAt(-1)).toBe(2);
  });

  it("refuses NaN", () => {
    expect(() => new ScoreHistogram().add(Number.NaN)).toThrow(RangeError);
  });
});

describe("calibration", () => {
  it("has a row for each decade", () => {
    const rows = impostorTail(evenImpostors());
    expect(rows.map(({ fmr }) => fmr)).toEqual([1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6]);
    expect(rows.map(({ accepted }) => accepted)).toEqual([1000, 100, 10, 1, 0, 0]);
  });

  it("is a table that the manifest's schema accepts, and ends where the data does", () => {
    const table = calibrationTable(evenImpostors(), "even");
    expect(packManifestSchema.shape.calibration.parse(table)).toEqual(table);
    expect(table?.impostorPairs).toBe(10_000);
    expect(table?.impostorTail[0]).toEqual([0.81, -1]);
    expect(table?.impostorTail.at(-1)?.[1]).toBe(-4);
  });

  it("never promises a lower rate than a plain count gives at its rounded threshold", () => {
    const tail = calibrationTable(evenImpostors(), "even")?.impostorTail ?? [];
    expect(tail).toHaveLength(10);
    for (const [cosine, log10Rate] of tail) {
      const counted = evenScores.filter((score) => score >= cosine).length;
      const exact = Math.log10(counted / evenScores.length);
      expect(log10Rate).toBeGreaterThanOrEqual(exact - 5e-5);
      // At most one score shares the bin that a threshold lies in.
      expect(10 ** log10Rate * evenScores.length).toBeLessThan(counted + 1.5);
    }
  });

  it("does not exist when nothing was acquired", () => {
    const impostors = new ScoreHistogram();
    impostors.add(Number.NEGATIVE_INFINITY);
    expect(calibrationTable(impostors, "nothing")).toBeNull();
  });
});
