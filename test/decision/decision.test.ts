import { describe, expect, it } from "vitest";
import { decide, RIVAL_MARGIN_DEFAULT } from "../../src/decision/decision.js";

const thresholds = { match: 0.5, review: 0.4 };
const person = (personId: string, score: number) => ({ personId, score });
const judge = (candidates: readonly { personId: string; score: number }[], fit = true) =>
  decide(candidates, fit, thresholds, { topK: 10 });

describe("decide", () => {
  it("matches the best at and above the threshold", () => {
    const best = person("ann", 0.5);
    expect(judge([best])).toEqual({
      decision: "MATCH",
      personId: "ann",
      candidates: [best],
      reviewReasons: [],
    });
  });

  it("finds nobody below the review threshold, and lists nobody", () => {
    expect(judge([person("ann", 0.399)])).toEqual({
      decision: "NO_MATCH",
      personId: null,
      candidates: [],
      reviewReasons: [],
    });
    expect(judge([]).decision).toBe("NO_MATCH");
  });

  it("leaves a candidate between the thresholds to a person", () => {
    expect(judge([person("ann", 0.4)])).toMatchObject({
      decision: "REVIEW",
      personId: null,
      reviewReasons: ["BELOW_THRESHOLD"],
    });
  });

  it("cuts the candidates at the review threshold", () => {
    const { candidates } = judge([person("ann", 0.8), person("bo", 0.4), person("cy", 0.39)]);
    expect(candidates.map(({ personId }) => personId)).toEqual(["ann", "bo"]);
  });

  it("leaves two people who are nearly tied above the threshold to a person", () => {
    const lead = RIVAL_MARGIN_DEFAULT - 0.01;
    expect(judge([person("ann", 0.6 + lead), person("her twin", 0.6)])).toMatchObject({
      decision: "REVIEW",
      personId: null,
      reviewReasons: ["RIVAL_CLOSE"],
    });
  });

  it("matches a clear leader over a rival above the threshold", () => {
    const lead = RIVAL_MARGIN_DEFAULT + 0.01;
    expect(judge([person("ann", 0.6 + lead), person("bo", 0.6)]).personId).toBe("ann");
  });

  it("minds no rival that is itself below the threshold", () => {
    expect(judge([person("ann", 0.51), person("bo", 0.49)]).personId).toBe("ann");
  });

  it("sees the rival though one candidate only is to be listed", () => {
    const tied = [person("ann", 0.7), person("bo", 0.69)];
    const { decision, candidates } = decide(tied, true, thresholds, { topK: 1 });
    expect(decision).toBe("REVIEW");
    expect(candidates).toEqual([person("ann", 0.7)]);
  });

  it("with a margin of 0 still never chooses between exact equals", () => {
    const options = { topK: 2, rivalMargin: 0 };
    const equal = [person("bo", 0.7), person("ann", 0.7)];
    expect(decide(equal, true, thresholds, options).decision).toBe("REVIEW");
    const near = [person("bo", 0.7), person("ann", 0.699)];
    expect(decide(near, true, thresholds, options).personId).toBe("bo");
  });

  it("never matches a face that is not fit for comparison", () => {
    expect(judge([person("ann", 0.99)], false)).toMatchObject({
      decision: "REVIEW",
      personId: null,
      reviewReasons: ["QUALITY_POOR"],
    });
    expect(judge([person("ann", 0.1)], false).decision).toBe("NO_MATCH");
  });

  it("gives every reason for a review", () => {
    expect(judge([person("ann", 0.45)], false).reviewReasons).toEqual([
      "BELOW_THRESHOLD",
      "QUALITY_POOR",
    ]);
  });

  it("takes several templates of one person for one candidate", () => {
    const verdict = judge([person("ann", 0.7), person("ann", 0.69), person("bo", 0.45)]);
    expect(verdict.decision).toBe("MATCH");
    expect(verdict.candidates).toEqual([person("ann", 0.7), person("bo", 0.45)]);
  });

  it("sorts candidates and drops scores that are not numbers", () => {
    const verdict = judge([person("x", NaN), person("bo", 0.45), person("ann", 0.9)]);
    expect(verdict.candidates.map(({ personId }) => personId)).toEqual(["ann", "bo"]);
    expect(verdict.personId).toBe("ann");
  });

  it("fails loudly on thresholds that make no sense", () => {
    const reversed = { match: 0.4, review: 0.5 };
    expect(() => decide([], true, reversed, { topK: 1 })).toThrow(/review threshold/);
    expect(() => decide([], true, { match: NaN, review: 0 }, { topK: 1 })).toThrow();
  });
});
