import { describe, expect, it } from "vitest";
import { makeFiles } from "../../../bench/index/files.js";
import { openRows, rowsOf } from "../../../bench/index/rows-file.js";
import { partsOf } from "../../../bench/index/thread-crew.js";
import { findTruth, mergeTruths, recallOf } from "../../../bench/index/truth.js";

const { signal } = new AbortController();

describe("findTruth()", () => {
  it("finds the row with the greatest cosine, with any number of threads", async () => {
    const sizes = { persons: 700, probes: 20, seed: 3, threads: 2 };
    const files = await makeFiles(sizes, signal);
    try {
      const dimension = 160;
      const gallery = openRows(files.galleryFile, 700, dimension);
      const probes = openRows(files.probesFile, 20, dimension);
      const rows = rowsOf(gallery.read(0, 700), dimension);
      const expected = rowsOf(probes.read(0, 20), dimension).map((probe) => {
        const scores = rows.map((row) =>
          row.reduce((sum, value, at) => sum + value * (probe[at] as number), 0),
        );
        return scores.indexOf(Math.max(...scores));
      });
      gallery.close();
      probes.close();
      const truth = await findTruth(files, { ...sizes, dimension }, signal);
      expect(truth.rows).toEqual(expected);
      expect(recallOf(expected, truth, files.kinds)).toEqual({ all: 1, mated: 1, nonMated: 1 });
      const alone = await findTruth(files, { ...sizes, dimension, threads: 1 }, signal);
      expect(alone.rows).toEqual(expected);
    } finally {
      await files.remove();
    }
  });
});

describe("mergeTruths()", () => {
  it("keeps the better of two parts for each probe", () => {
    const one = { rows: [1, 2], scores: [0.9, 0.1] };
    const other = { rows: [11, 12], scores: [0.2, 0.3] };
    expect(mergeTruths([one, other])).toEqual({ rows: [1, 12], scores: [0.9, 0.3] });
  });
});

describe("recallOf()", () => {
  it("counts what was found, of each kind of probe by itself", () => {
    const truth = { rows: [1, 2, 3, 4], scores: [1, 1, 1, 1] };
    const kinds = ["mated", "non-mated", "mated", "non-mated"] as const;
    expect(recallOf([1, 9, 3, -1], truth, kinds)).toEqual({ all: 0.5, mated: 1, nonMated: 0 });
  });
});

describe("partsOf()", () => {
  it("covers everything once and has no empty part", () => {
    expect(partsOf(5, 2)).toEqual([
      { from: 0, count: 3 },
      { from: 3, count: 2 },
    ]);
    expect(partsOf(2, 8)).toHaveLength(2);
  });
});
