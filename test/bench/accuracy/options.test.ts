import { describe, expect, it } from "vitest";
import { parseAccuracyOptions } from "../../../bench/accuracy/options.js";
import { UsageError } from "../../../bench/errors.js";
import { parseHarness, shellCommand } from "../../../bench/harness-arguments.js";

const needed = ["--pairs", "p.csv", "--root", "/images/set/"];

describe("parseAccuracyOptions()", () => {
  it("has a default for all but the lists and the root", () => {
    expect(parseAccuracyOptions(needed)).toMatchObject({
      pairs: "p.csv",
      openSet: undefined,
      dataset: "set",
      replicates: 2000,
      seed: 1,
      flipAverage: undefined,
      calibration: false,
    });
  });

  it.each([
    [["--root", "x"], /--pairs FILE, --openset FILE/],
    [["--pairs", "x"], /--root DIR is needed/],
    [[...needed, "--workers", "0"], /--workers must be a whole number from 1 to 64/],
    [[...needed, "--replicates", "1e3"], /--replicates must be/],
    [[...needed, "--seed", "-1"], /--seed/],
    [[...needed, "--flip", "yes"], /--flip must be on or off/],
    [[...needed, "--calibration"], /--calibration needs --openset/],
    [[...needed, "--frobnicate"], /--frobnicate/],
    [[...needed, "stray"], /stray/],
  ])("refuses %j", (args, message) => {
    expect(() => parseAccuracyOptions(args)).toThrow(UsageError);
    expect(() => parseAccuracyOptions(args)).toThrow(message);
  });
});

describe("parseHarness()", () => {
  it("takes its own options from anywhere and leaves the suite's in order", () => {
    const argv = ["accuracy", "--pairs", "p", "--json", "--out", "d", "--root", "r"];
    expect(parseHarness(argv)).toEqual({
      suite: "accuracy",
      json: true,
      jsonFile: null,
      help: false,
      outDir: "d",
      rest: ["--pairs", "p", "--root", "r"],
    });
  });

  it("refuses --out without a folder", () => {
    expect(() => parseHarness(["accuracy", "--out"])).toThrow(UsageError);
    expect(() => parseHarness(["accuracy", "--out", "--json"])).toThrow(UsageError);
    expect(() => parseHarness(["accuracy", "--out="])).toThrow(UsageError);
  });

  it("does not take an option for a suite", () => {
    expect(parseHarness(["--frobnicate"])).toMatchObject({ suite: undefined });
  });
});

describe("shellCommand()", () => {
  it("quotes what a shell would take apart", () => {
    expect(shellCommand(["a b", "it's", "--x=1"])).toBe("npm run bench -- 'a b' 'it'\\''s' --x=1");
  });
});
