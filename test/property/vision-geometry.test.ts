import fc from "fast-check";
import { expect, it } from "vitest";
import {
  applySimilarity,
  fitSimilarity,
  invertSimilarity,
  overlap,
} from "../../src/vision/geometry.js";
import { suppress } from "../../src/vision/nms.js";
import { planScales } from "../../src/vision/scales.js";
import { sniffFormat } from "../../src/vision/sniff.js";

const coordinate = fc.double({ min: -4000, max: 4000, noNaN: true });
const point = fc.record({ x: coordinate, y: coordinate });
const similarity = fc
  .record({
    angle: fc.double({ min: -Math.PI, max: Math.PI, noNaN: true }),
    scale: fc.double({ min: 0.01, max: 50, noNaN: true }),
    tx: coordinate,
    ty: coordinate,
  })
  .map(({ angle, scale, tx, ty }) => ({
    a: scale * Math.cos(angle),
    b: scale * Math.sin(angle),
    tx,
    ty,
  }));

it("fitSimilarity() finds the similarity that was applied", () => {
  fc.assert(
    fc.property(fc.array(point, { minLength: 5, maxLength: 5 }), similarity, (points, map) => {
      const spread = points.some(
        (one) => Math.hypot(one.x - (points[0]?.x ?? 0), one.y - (points[0]?.y ?? 0)) > 1,
      );
      fc.pre(spread);
      const fit = fitSimilarity(
        points,
        points.map((each) => applySimilarity(map, each)),
      );
      expect(fit?.a).toBeCloseTo(map.a, 4);
      expect(fit?.b).toBeCloseTo(map.b, 4);
    }),
  );
});

it("invertSimilarity() undoes a similarity", () => {
  fc.assert(
    fc.property(point, similarity, (each, map) => {
      const back = applySimilarity(invertSimilarity(map), applySimilarity(map, each));
      expect(back.x).toBeCloseTo(each.x, 5);
      expect(back.y).toBeCloseTo(each.y, 5);
    }),
  );
});

const box = fc.record({
  x: coordinate,
  y: coordinate,
  width: fc.double({ min: 0, max: 2000, noNaN: true }),
  height: fc.double({ min: 0, max: 2000, noNaN: true }),
});
const detection = fc.record({ box, score: fc.double({ min: 0, max: 1, noNaN: true }) });

it("suppress() keeps a subset, best first, of which no two overlap, and loses nobody else", () => {
  fc.assert(
    fc.property(fc.array(detection, { maxLength: 40 }), (detections) => {
      const kept = suppress(detections, 0.4);
      expect(detections).toEqual(expect.arrayContaining(kept));
      kept.forEach((one, i) => {
        expect(one.score).toBeLessThanOrEqual(kept[i - 1]?.score ?? 1);
        for (const other of kept.slice(i + 1)) {
          expect(overlap(one.box, other.box)).toBeLessThanOrEqual(0.4);
        }
      });
      expect(suppress(kept, 0.4)).toEqual(kept);
    }),
  );
});

it("planScales() never goes beyond the limit of pixels, whatever the frame", () => {
  const side = fc.integer({ min: 16, max: 65_535 });
  fc.assert(
    fc.property(side, side, fc.integer({ min: 12, max: 400 }), (width, height, faceSizeMinPx) => {
      const scales = planScales(width, height, { faceSizeMinPx, detectorPixelsMax: 1_000_000 });
      expect(scales.length).toBeGreaterThan(0);
      for (const each of scales) {
        const pixels = (each.width + 2 * each.border) * (each.height + 2 * each.border);
        expect(pixels).toBeLessThanOrEqual(1_100_000);
        expect(Math.min(each.width, each.height)).toBeGreaterThan(0);
      }
    }),
  );
});

it("sniffFormat() never throws, whatever the bytes", () => {
  const ftyp = fc
    .uint8Array({ maxLength: 64 })
    .map((tail) => Uint8Array.from([0, 0, 0, 24, 102, 116, 121, 112, ...tail]));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 64 }), ftyp), (bytes) => {
      sniffFormat(bytes);
    }),
  );
});
