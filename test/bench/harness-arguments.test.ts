import { describe, expect, it } from "vitest";
import { parseHarness } from "../../bench/harness-arguments.js";

describe("parseHarness()", () => {
  it("takes --json for stdout, and with the name of a file for that file", () => {
    expect(parseHarness(["index", "--json"])).toMatchObject({ json: true, jsonFile: null });
    const named = { json: false, jsonFile: "a/b.json", rest: ["--rounds", "2"] };
    expect(parseHarness(["index", "--json", "a/b.json", "--rounds", "2"])).toMatchObject(named);
    expect(parseHarness(["--json=out", "index"])).toMatchObject({
      ...{ suite: "index", json: false, jsonFile: "out" },
    });
  });

  it("does not take a suite or an option for a file", () => {
    expect(parseHarness(["--json", "index"])).toMatchObject({ suite: "index", json: true });
    const { json, rest } = parseHarness(["index", "--json", "--rounds", "2"]);
    expect([json, rest]).toEqual([true, ["--rounds", "2"]]);
  });
});
