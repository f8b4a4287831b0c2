import { describe, expect, it } from "vitest";
import { gaugeLine, startGauge } from "../../src/cli/gauge.js";
import { fakeSession } from "./harness.js";

const state = { step: "checking", done: 26_214_400, total: 104_857_600, unit: "bytes" };

describe("a gauge", () => {
  it("shows part, amount, rate and the time that is left", () => {
    expect(gaugeLine(state, 5_000)).toBe(
      "[######..................] checking, 25.0/100.0 MiB, 5.0 MiB/s, 15 s left",
    );
    expect(gaugeLine({ ...state, detail: "7 records", total: null }, 5_000)).toBe(
      "checking, 7 records, 25.0 MiB, 5.0 MiB/s",
    );
    expect(gaugeLine({ step: "trying", done: 5, total: 10, unit: "persons" }, 100)).toBe(
      "[############............] trying, 5/10 persons, 50/s, 1 s left",
    );
  });

  it("has no rate before anything is done, and never more than a whole bar", () => {
    expect(gaugeLine({ ...state, done: 0 }, 5_000)).toMatch(
      /^\[\.{24}\] checking, 0\.0\/100\.0 MiB$/,
    );
    expect(gaugeLine({ ...state, done: state.total * 2 }, 5_000)).toMatch(/^\[#{24}\]/);
    expect(gaugeLine({ ...state, done: 0, total: 0 }, 5_000)).toBe("checking, 0.0/0.0 MiB");
  });

  it("is drawn on a terminal alone, not too often, and starts its clock anew with each step", () => {
    let nowMs = 0;
    const terminal = fakeSession({}, true);
    const gauge = startGauge(terminal.session, () => nowMs);
    gauge.show(state);
    nowMs = 50;
    gauge.show(state);
    nowMs = 1_000;
    gauge.show(state);
    gauge.show({ ...state, step: "next" });
    gauge.end();
    const drawn = terminal.read().err.split("\r").slice(1);
    expect(drawn).toHaveLength(4);
    expect(drawn[1]).toMatch(/25\.0 MiB\/s/);
    expect(drawn[2]).not.toMatch(/MiB\/s/);

    const pipe = fakeSession();
    startGauge(pipe.session).show(state);
    expect(pipe.read().err).toBe("");
  });
});
