import sharp from "sharp";
import { afterAll, describe, expect, it } from "vitest";
import { alignFace } from "../../src/vision/align.js";
import { decodeDefaults, decodeImage } from "../../src/vision/decode.js";
import { makeLandmarker } from "../../src/vision/landmarks.js";
import type { Point } from "../../src/vision/port.js";
import { openSession, type Session } from "../../src/vision/sessions.js";
import { faceAt, openEngine, pack, photo } from "./photos.js";

const session = await openSession(pack.landmarks.path, "cpu");
const landmarker = makeLandmarker(session, pack.landmarks);
const frame = await decodeImage(photo(3), decodeDefaults);
const engine = await openEngine();
const { faces } = await engine.analyse({ kind: "image", bytes: photo(3) });
afterAll(() => Promise.all([session.close(), engine.close()]));

/** Largest distance between points, over the distance between the eyes. */
function apart(one: readonly Point[], other: readonly Point[]): number {
  const [left, right] = one;
  const eyes = Math.hypot((right?.x ?? 0) - (left?.x ?? 0), (right?.y ?? 0) - (left?.y ?? 0));
  const distances = one.map(({ x, y }, i) =>
    Math.hypot(x - (other[i]?.x ?? 1e9), y - (other[i]?.y ?? 1e9)),
  );
  return Math.max(...distances) / eyes;
}

describe("makeLandmarker()", () => {
  it("finds the same points in the mirror image, left and right exchanged", async () => {
    const turned = await decodeImage(await sharp(photo(3)).flop().png().toBuffer(), decodeDefaults);
    for (const { box, landmarks } of faces) {
      const mirroredBox = { ...box, x: frame.width - box.x - box.width };
      const points = (await landmarker.locate(turned, mirroredBox)) ?? [];
      const back = points.map(({ x, y }) => ({ x: frame.width - x, y }));
      const ordered = [1, 0, 2, 4, 3].map((i) => back[i] ?? { x: 0, y: 0 });
      expect(apart(landmarks, ordered)).toBeLessThan(0.05);
    }
  });

  it("hardly depends on the detector's box", async () => {
    for (const { box, landmarks } of faces) {
      for (const [dx, dy, grow] of [
        [0.06, 0, 1],
        [0, -0.06, 1],
        [0, 0, 1.12],
        [-0.04, 0.04, 0.92],
      ] as const) {
        const moved = {
          x: box.x + dx * box.width - ((grow - 1) / 2) * box.width,
          y: box.y + dy * box.height - ((grow - 1) / 2) * box.height,
          width: box.width * grow,
          height: box.height * grow,
        };
        const points = (await landmarker.locate(frame, moved)) ?? [];
        expect(apart(landmarks, points)).toBeLessThan(0.12);
      }
    }
  });

  it("is null when the model gives what is not a number", async () => {
    const broken: Session = {
      run: async () => ({
        output: { shape: [1, 136], values: new Float32Array(272).fill(Number.NaN) },
      }),
      close: async () => undefined,
    };
    const lost = makeLandmarker(broken, pack.landmarks);
    expect(await lost.locate(frame, faceAt(faces, 0).box)).toBeNull();
  });
});

describe("alignFace()", () => {
  it("brings each eye to its place in the chip", async () => {
    for (const { landmarks } of faces) {
      const chip = alignFace(frame, landmarks, pack.embedder);
      if (chip === null) throw new Error("not aligned");
      const raster = { ...chip, data: Uint8Array.from(chip.data, Math.round) };
      const again =
        (await landmarker.locate(raster, { x: 16, y: 10, width: 80, height: 100 })) ?? [];
      pack.embedder.alignment.forEach(([x, y], i) => {
        expect(Math.abs((again[i]?.x ?? 0) - x)).toBeLessThan(7);
        expect(Math.abs((again[i]?.y ?? 0) - y)).toBeLessThan(7);
      });
    }
  });

  it("is null for points that span no face", () => {
    const one = { x: 50, y: 50 };
    expect(alignFace(frame, [one, one, one, one, one], pack.embedder)).toBeNull();
    const lost = { x: Number.NaN, y: 0 };
    expect(alignFace(frame, [lost, one, one, one, one], pack.embedder)).toBeNull();
  });
});
