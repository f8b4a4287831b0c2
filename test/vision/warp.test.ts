import { describe, expect, it } from "vitest";
import { newRaster, type Raster } from "../../src/vision/raster.js";
import { warp } from "../../src/vision/warp.js";

function picture(width: number, height: number, grey: (x: number, y: number) => number): Raster {
  const raster = newRaster(width, height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      raster.data.fill(grey(x, y), (y * width + x) * 3, (y * width + x + 1) * 3);
    }
  }
  return raster;
}

const shift = (tx: number, ty: number) => ({ a: 1, b: 0, tx, ty });

for (const sampling of ["fast", "fine"] as const) {
  describe(`warp(), ${sampling}`, () => {
    it("copies pixels exactly under the identity", () => {
      const source = picture(20, 10, (x, y) => 10 * y + x);
      expect(Array.from(warp(source, shift(0, 0), 20, 10, sampling).data)).toEqual(
        Array.from(source.data),
      );
    });

    it("moves by whole pixels exactly, and by half a pixel to the mean of two", () => {
      const source = picture(20, 10, (x) => 10 * x);
      expect(warp(source, shift(3, 0), 4, 4, sampling).data[0]).toBe(30);
      expect(warp(source, shift(3.5, 0), 4, 4, sampling).data[0]).toBeCloseTo(35, 4);
    });

    it("repeats the edge outside the picture", () => {
      const source = picture(8, 8, (x) => (x === 0 ? 200 : 10));
      expect(
        warp(source, shift(-30, -30), 4, 4, sampling).data.every((value) => value === 200),
      ).toBe(true);
    });

    it("turns by a quarter", () => {
      const source = picture(9, 9, (x, y) => (x === 2 && y === 6 ? 250 : 0));
      const turned = warp(source, { a: 0, b: 1, tx: 9, ty: 0 }, 9, 9, sampling);
      // Output (u, v) reads the picture at (9 - v, u).
      expect(turned.data[(6 * 9 + 6) * 3]).toBeCloseTo(250, 3);
    });

    for (const shrink of [1.5, 2, 3.7, 8, 24.5]) {
      it(`shrinks by ${shrink} without aliasing: a fine chequerboard becomes even grey`, () => {
        const side = Math.ceil(32 * shrink);
        const source = picture(side, side, (x, y) => ((x + y) % 2 === 0 ? 255 : 0));
        const { data } = warp(source, { a: shrink, b: 0, tx: 0, ty: 0 }, 32, 32, sampling);
        const inner = Array.from({ length: 28 }, (_, i) => data[((i + 2) * 32 + 16) * 3] ?? 0);
        for (const value of inner) expect(Math.abs(value - 127.5)).toBeLessThan(70);
        expect(inner.reduce((sum, value) => sum + value, 0) / 28).toBeCloseTo(127.5, -1);
      });

      it(`keeps a slope straight when it shrinks by ${shrink}`, () => {
        const side = Math.ceil(32 * shrink);
        const source = picture(side, 8 * Math.ceil(shrink), (x) => (255 * x) / side);
        const { data } = warp(source, { a: shrink, b: 0, tx: 0, ty: 0 }, 32, 4, sampling);
        for (let column = 2; column < 30; column += 1) {
          const expected = (255 * ((column + 0.5) * shrink - 0.5)) / side;
          expect(Math.abs((data[(2 * 32 + column) * 3] ?? 0) - expected)).toBeLessThan(1.5);
        }
      });
    }

    it("reads only the part it needs of a large picture, wherever that lies", () => {
      const source = picture(600, 400, (x, y) => (x > 500 && y > 300 ? 90 : 0));
      const { data } = warp(source, { a: 6, b: 0, tx: 504, ty: 304 }, 10, 10, sampling);
      expect(data.every((value) => Math.abs(value - 90) < 1e-3)).toBe(true);
      const beyond = warp(source, { a: 6, b: 0, tx: 5000, ty: 5000 }, 10, 10, sampling);
      expect(beyond.data.every((value) => Math.abs(value - 90) < 1e-3)).toBe(true);
    });
  });
}
