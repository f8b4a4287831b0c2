import { describe, expect, it } from "vitest";
import { findEntrants, peerNames } from "../../../bench/index/catalogue.js";
import { parseIndexOptions } from "../../../bench/index/options.js";

const parse = (...args: string[]) => parseIndexOptions(args, peerNames);

describe("parseIndexOptions()", () => {
  it("takes every peer by default, none, or some", () => {
    expect(parse().peers).toEqual(peerNames);
    expect(parse("--peers", "none").peers).toEqual([]);
    expect(parse("--peers", "zvec,usearch").peers).toEqual(["zvec", "usearch"]);
  });

  it("puts sizes in rising order", () => {
    expect(parse("--persons", "5000,1000").persons).toEqual([1_000, 5_000]);
  });

  it.each([
    [["--peers", "annoy"], 'there is no "annoy"'],
    [["--drivers", "flat"], 'there is no "flat"'],
    [["--kernels", "gpu"], 'there is no "gpu"'],
    [["--persons", "many"], "--persons must be a whole number"],
    [["--recall", "2"], "--recall must be from 0.5 to 1"],
    [["--nothing"], "--nothing"],
  ])("says what is wrong with %j", (args, message) => {
    expect(() => parse(...args)).toThrow(message);
  });
});

describe("findEntrants()", () => {
  it("makes one of every driver and kernel, and names the kernel in the environment", async () => {
    const options = parse("--peers", "none", "--drivers", "exact", "--kernels", "default,wasm");
    const { entrants, missing } = await findEntrants(options);
    expect(entrants.map(({ name }) => name)).toEqual(["cordon exact", "cordon exact, wasm"]);
    expect(missing).toEqual([]);
    const setup = {
      ...{ contender: "cordon-exact", galleryFile: "g", probesFile: "p", persons: 1, probes: 1 },
      ...{ dimension: 2, threads: 1, scratch: "s", k: 1 },
    };
    expect(entrants.map(({ command }) => command(setup).env)).toEqual([
      {},
      { CORDON_KERNEL: "wasm" },
    ]);
  });
});
