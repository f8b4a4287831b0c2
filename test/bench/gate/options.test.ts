import { describe, expect, it } from "vitest";
import { UsageError } from "../../../bench/errors.js";
import { parseGateOptions } from "../../../bench/gate/options.js";

describe("parseGateOptions()", () => {
  it("measures ten thousand zones and fifty thousand cameras when nothing is said", () => {
    expect(parseGateOptions([])).toEqual({
      zones: 10_000,
      cameras: 50_000,
      rounds: 5,
      calls: 100_000,
      seed: 1,
      store: true,
    });
  });

  it("takes every option", () => {
    const args = ["--zones", "7", "--cameras=20", "--rounds", "1", "--calls", "200", "--seed", "3"];
    expect(parseGateOptions([...args, "--no-store"])).toEqual({
      zones: 7,
      cameras: 20,
      rounds: 1,
      calls: 200,
      seed: 3,
      store: false,
    });
  });

  it.each([
    ["no zones", ["--zones", "0"], /--zones must be/],
    ["a broken number", ["--calls", "1e5"], /--calls must be/],
    ["too many rounds", ["--rounds", "101"], /--rounds must be/],
    ["another option", ["--speed", "9"], /speed/],
    ["a word", ["fast"], /fast/],
  ])("refuses %s", (_name, args, message) => {
    expect(() => parseGateOptions(args)).toThrow(UsageError);
    expect(() => parseGateOptions(args)).toThrow(message);
  });
});
