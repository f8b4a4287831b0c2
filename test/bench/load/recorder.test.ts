import { describe, expect, it } from "vitest";
import {
  createRecorder,
  latencyOf,
  mergeRecorders,
  readRecorder,
} from "../../../bench/load/recorder.js";

describe("createRecorder()", () => {
  it("keeps three digits from microseconds to minutes", () => {
    const recorder = createRecorder();
    for (const milliseconds of [0.012, 1.234, 56.7, 60_000]) recorder.record(milliseconds);
    expect(recorder.quantile(0.25)).toBeCloseTo(0.012, 3);
    expect(recorder.quantile(0.5)).toBeCloseTo(1.234, 2);
    expect(recorder.quantile(0.75)).toBeCloseTo(56.7, 0);
    expect(Math.abs(recorder.quantile(1) - 60_000)).toBeLessThan(60);
  });

  it("holds what is longer than it can tell apart to its longest", () => {
    const recorder = createRecorder();
    recorder.record(1e9);
    expect(recorder.quantile(1)).toBeLessThan(125_000);
  });

  it("has no quantile of nothing", () => {
    expect(createRecorder().quantile(0.5)).toBeNaN();
    expect(latencyOf(createRecorder())).toMatchObject({ count: 0 });
  });

  it("comes through a text unchanged, and adds up with others", () => {
    const [one, other] = [createRecorder(), createRecorder()];
    for (let at = 1; at <= 99; at++) one.record(at);
    other.record(1_000);
    expect(readRecorder(one.encode()).quantile(0.5)).toBe(one.quantile(0.5));
    const both = mergeRecorders([one.encode(), other.encode()]);
    expect(both.count).toBe(100);
    expect(both.quantile(0.5)).toBeCloseTo(50, 0);
    expect(both.quantile(1)).toBeCloseTo(1_000, -1);
  });
});
