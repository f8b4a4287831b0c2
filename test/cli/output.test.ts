import { describe, expect, it } from "vitest";
import { instant, shortName, toJson } from "../../src/cli/output.js";
import { progressLine, startProgress } from "../../src/cli/progress.js";
import { fakeSession } from "./harness.js";

describe("toJson()", () => {
  it("writes instants, bytes and 32-bit floats as people read them", () => {
    const message = {
      at: { seconds: 0, nanos: 5e6 },
      photoSha256: Buffer.from([0xab, 1]),
      score: Math.fround(0.7412),
      faces: [{ box: null }],
    };
    expect(toJson(message)).toEqual({
      at: "1970-01-01T00:00:00.005Z",
      photoSha256: "ab01",
      score: 0.7412,
      faces: [{ box: null }],
    });
  });

  it("leaves out what only the loader needs", () => {
    expect(toJson({ basis: "consent", _threshold: "threshold", x: 1 })).toEqual({ x: 1 });
  });
});

describe("instant()", () => {
  it("is a dash when absent or absurd", () => {
    expect(instant(null)).toBe("-");
    expect(instant({ seconds: 1e20, nanos: 0 })).toBe("-");
  });
});

describe("shortName()", () => {
  it("takes a prefix away, if it is there", () => {
    expect(shortName("DECISION_NO_MATCH", "DECISION_")).toBe("NO_MATCH");
    expect(shortName("OTHER", "DECISION_")).toBe("OTHER");
  });
});

describe("progress", () => {
  it("says how many, how fast and how long still", () => {
    expect(progressLine(0, 4, "persons", 0)).toBe("[........................] 0/4 persons");
    expect(progressLine(1, 4, "persons", 500)).toBe(
      "[######..................] 1/4 persons, 2.0/s, 2 s left",
    );
    expect(progressLine(1, 7201, "persons", 1000)).toMatch(/2 h 0 min left$/);
  });

  it("is silent where there is no terminal", () => {
    const { session, read } = fakeSession();
    const progress = startProgress(session, 2, "persons");
    progress.step();
    progress.end();
    expect(read().err).toBe("");
  });

  it("draws on a terminal and leaves nothing behind", () => {
    const { session, read } = fakeSession({}, true);
    const progress = startProgress(session, 1, "persons", () => 0);
    progress.step();
    progress.end();
    expect(read().err).toContain("1/1 persons");
    expect(read().err.endsWith("\r\u001b[K")).toBe(true);
  });
});
