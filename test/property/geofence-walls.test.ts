import fc from "fast-check";
import { expect, it } from "vitest";
import { findAntimeridianWalls } from "../../src/compliance/antimeridian-walls.js";

/** Boxes that lie on the antimeridian from the west or the east, each from south to north. */
const boxes = fc.array(
  fc.record({
    south: fc.integer({ min: -20, max: 20 }),
    height: fc.integer({ min: 1, max: 9 }),
    meridian: fc.constantFrom(180, -180),
  }),
  { maxLength: 12 },
);

it("the antimeridian is a wall just where polygons lie on one side of it only", () => {
  fc.assert(
    fc.property(boxes, (list) => {
      const polygons = list.map(({ south, height, meridian }) => {
        const [inland, north] = [meridian > 0 ? 170 : -170, south + height];
        const ring = [meridian, south, meridian, north, inland, north, inland, south];
        return { rings: [Float64Array.from([...ring, meridian, south])] };
      });
      const walls = findAntimeridianWalls(polygons);
      for (let latitude = -21; latitude < 31; latitude++) {
        const here = latitude + 0.5;
        const lies = (own: number) =>
          list.some(
            ({ south, height, meridian }) =>
              meridian === own && south < here && south + height > here,
          );
        const walled = walls.some(
          (from, at) => at % 2 === 0 && from < here && (walls[at + 1] as number) > here,
        );
        expect(walled).toBe(lies(180) !== lies(-180));
      }
    }),
    { numRuns: 500 },
  );
});
