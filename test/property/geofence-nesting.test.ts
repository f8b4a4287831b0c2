import fc from "fast-check";
import pointInPolygon from "point-in-polygon-hao";
import { expect, it } from "vitest";
import { arrange } from "../../src/compliance/arrangement.js";
import { nestingProblem } from "../../src/compliance/rings.js";
import type { Polygon, Ring, Vertex } from "../../src/store/records.js";

/** A ring with rings in it, to any depth. */
interface Nest {
  readonly cell: number;
  readonly triangle: boolean;
  readonly reversed: boolean;
  readonly first: number;
  readonly inner: readonly Nest[];
}

const { nest } = fc.letrec<{ nest: Nest }>((tie) => ({
  nest: fc.record({
    cell: fc.nat({ max: 8 }),
    triangle: fc.boolean(),
    reversed: fc.boolean(),
    first: fc.nat({ max: 3 }),
    inner: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constant([]),
      fc.uniqueArray(tie("nest"), { selector: ({ cell }) => cell, maxLength: 6 }),
    ),
  }),
}));
const nests = fc.uniqueArray(nest, { selector: ({ cell }) => cell, minLength: 1, maxLength: 9 });

/** A ring with the number of the one that it lies directly in, -1 for none, and how deep it lies. */
interface Placed {
  readonly ring: Ring;
  readonly parent: number;
  readonly depth: number;
}

/** Rings in the cells of a grid of three by three, each holding a smaller grid; sheared. */
function place(list: readonly Nest[]): readonly Placed[] {
  const placed: Placed[] = [];
  const fill = (inner: readonly Nest[], x: number, y: number, size: number, parent: number) => {
    for (const { cell, triangle, reversed, first, inner: deeper } of inner) {
      const west = x + ((cell % 3) + 1 / 16) * size;
      const south = y + (Math.floor(cell / 3) + 1 / 16) * size;
      const side = (size * 7) / 8;
      const corners: Vertex[] = [
        [west, south],
        [west + side, south],
        [west + side, south + side],
        [west, south + side],
      ];
      const open = triangle && deeper.length === 0 ? corners.slice(1) : corners;
      const start = first % open.length;
      const turned = [...open.slice(start), ...open.slice(0, start)];
      const ring = [...turned, turned[0] as Vertex].map(([a, b]): Vertex => [a + b / 8, b - a / 4]);
      const depth = (placed[parent]?.depth ?? -1) + 1;
      const number = placed.push({ ring: reversed ? ring.reverse() : ring, parent, depth }) - 1;
      fill(deeper, west + side / 8, south + side / 8, side / 4, number);
    }
  };
  fill(list, 0, 0, 4096, -1);
  return placed;
}

function isInside(ring: Ring, other: Ring): boolean {
  const [x, y] = ring[0] as Vertex;
  return pointInPolygon([x, y], [other.map(([a, b]) => [a, b])] as never) === true;
}

/** Every pair of rings, one by one. */
function isNestedWrongly(polygons: readonly Polygon[]): boolean {
  return polygons.some(([outer, ...holes], at) => {
    const badHole = holes.some(
      (hole) =>
        !isInside(hole, outer as Ring) ||
        holes.some((other) => other !== hole && isInside(hole, other)),
    );
    const inAnother = polygons.some(
      ([other, ...otherHoles], index) =>
        index !== at &&
        isInside(outer as Ring, other as Ring) &&
        !otherHoles.some((hole) => isInside(outer as Ring, hole)),
    );
    return badHole || inAnother;
  });
}

function isRefused(polygons: readonly Polygon[]): boolean {
  const arrangement = arrange(polygons);
  if ("crossing" in arrangement) throw new Error(`rings touch at ${arrangement.crossing}`);
  return nestingProblem(polygons, arrangement.around) !== null;
}

it("arrange finds the innermost ring around each ring, in whatever order they come", () => {
  fc.assert(
    fc.property(nests, fc.infiniteStream(fc.nat()), (list, keys) => {
      const placed = place(list);
      const order = placed.map((one, number) => ({
        one,
        number,
        key: keys.next().value as number,
      }));
      order.sort((a, b) => a.key - b.key);
      const arrangement = arrange([order.map(({ one }) => one.ring)]);
      if ("crossing" in arrangement) throw new Error(`rings touch at ${arrangement.crossing}`);
      const numberOf = (at: number) => order[at]?.number ?? -1;
      const parents = [...arrangement.around].map(numberOf);
      expect(parents).toEqual(order.map(({ one }) => one.parent));
    }),
    { numRuns: 1000 },
  );
});

it("polygons are refused for their nesting just when a comparison of all pairs of rings says so", () => {
  fc.assert(
    fc.property(nests, fc.infiniteStream(fc.nat({ max: 3 })), (list, cuts) => {
      const polygons: Ring[][] = [];
      for (const { ring } of place(list)) {
        const last = polygons.at(-1);
        if (last === undefined || cuts.next().value === 0) polygons.push([ring]);
        else last.push(ring);
      }
      expect(isRefused(polygons)).toBe(isNestedWrongly(polygons));
    }),
    { numRuns: 2000 },
  );
});

it("polygons whose holes lie directly in them, and hold further polygons, are never refused", () => {
  fc.assert(
    fc.property(nests, (list) => {
      const placed = place(list);
      const polygons = placed.flatMap(({ ring, depth }, number) => {
        const holes = placed.filter(({ parent }) => parent === number);
        return depth % 2 === 0 ? [[ring, ...holes.map((hole) => hole.ring)]] : [];
      });
      expect(isNestedWrongly(polygons)).toBe(false);
      expect(isRefused(polygons)).toBe(false);
    }),
    { numRuns: 500 },
  );
});
