import { describe, expect, it } from "vitest";
import { arrange } from "../../src/compliance/arrangement.js";
import type { Ring, Vertex } from "../../src/store/records.js";

const TEETH = 1000;

/** A comb whose teeth point east, one above the other: a line from south to north meets them all. */
const comb = (teeth: number): Ring => {
  const tips = Array.from({ length: teeth }, (_, at): readonly Vertex[] => [
    [100 - at / 1000, 3 * at + 1],
    [1, 3 * at + 2],
  ]).flat();
  return [[0, 0], ...tips, [0, 3 * teeth], [0, 0]];
};
/** A small triangle, wound either way. */
const speck = (x: number, y: number, clockwise = false): Ring => {
  const open: Vertex[] = [
    [x, y],
    [x + 0.01, y],
    [x, y + 0.01],
  ];
  const ring = [...open, open[0] as Vertex];
  return clockwise ? ring.reverse() : ring;
};

describe("arrange, of a comb with very many teeth", () => {
  it("tells what lies in a tooth from what lies between two", () => {
    const teeth = Array.from({ length: TEETH }, (_, at) => at);
    const within = teeth.map((at) => speck(50 + (at % 7), 3 * at + 1, at % 2 === 0));
    const between = teeth.map((at) => speck(50 + (at % 7), 3 * at + 2.2, at % 3 === 0));
    const arrangement = arrange([[comb(TEETH), ...within, ...between]]);
    if ("crossing" in arrangement) throw new Error("nothing crosses");
    const { around } = arrangement;
    expect(around[0]).toBe(-1);
    expect([...around.subarray(1, TEETH + 1)].every((ring) => ring === 0)).toBe(true);
    expect([...around.subarray(TEETH + 1)].every((ring) => ring === -1)).toBe(true);
  });

  it.each([0, 1, 499, 998, 999])("finds what touches tooth %i alone", (tooth) => {
    const tip: Vertex = [100 - tooth / 1000, 3 * tooth + 1];
    const touching: Ring = [tip, [101, 3 * tooth + 0.9], [101, 3 * tooth + 1.1], tip];
    expect(arrange([[comb(TEETH)], [touching]])).toEqual({ crossing: tip });
    const beside = touching.map(([x, y]): Vertex => [x + 1e-9, y]);
    expect(arrange([[comb(TEETH)], [beside]])).not.toHaveProperty("crossing");
  });

  it.each([false, true])(
    "finds a tooth that goes through its neighbour (mirrored: %s)",
    (mirror) => {
      const crooked = comb(TEETH).map(([x, y], at): Vertex => {
        const moved: Vertex = at === 701 ? [x, y + 4] : [x, y];
        return mirror ? [-moved[0], -moved[1]] : moved;
      });
      expect(arrange([[crooked]])).toHaveProperty("crossing");
    },
  );
});
