import sharp from "sharp";
import { afterAll, describe, expect, it } from "vitest";
import { decodeDefaults, decodeImage } from "../../src/vision/decode.js";
import { Cancelled } from "../../src/vision/engine.js";
import { fitSimilarity, invertSimilarity } from "../../src/vision/geometry.js";
import type { Point, VisionAnswer } from "../../src/vision/port.js";
import { warp } from "../../src/vision/warp.js";
import { cosine, cutOut, faceAt, openEngine, pack, photo, rejection } from "./photos.js";

const engine = await openEngine();
afterAll(() => engine.close());

const answers = new Map<number, VisionAnswer>();
async function answerTo(number: 1 | 3 | 5): Promise<VisionAnswer> {
  const known = answers.get(number);
  if (known !== undefined) return known;
  const answer = await engine.analyse({ kind: "image", bytes: photo(number) });
  answers.set(number, answer);
  return answer;
}

/** An aligned chip made outside the engine, as a camera would. */
async function alignedChip(bytes: Buffer, landmarks: readonly Point[]): Promise<Buffer> {
  const template = pack.embedder.alignment.map(([x, y]) => ({ x: x + 0.5, y: y + 0.5 }));
  const fit = fitSimilarity(landmarks, template);
  if (fit === null) throw new Error("no alignment");
  const frame = await decodeImage(bytes, decodeDefaults);
  const patch = warp(frame, invertSimilarity(fit), 112, 112);
  const pixels = Uint8Array.from(patch.data, Math.round);
  return await sharp(pixels, { raw: { width: 112, height: 112, channels: 3 } })
    .png()
    .toBuffer();
}

describe("who is who", () => {
  it("the woman on the right of photograph 1 is the one in the middle of 3; nobody else is", async () => {
    const one = (await answerTo(1)).faces;
    const three = (await answerTo(3)).faces;
    const scores = one.map((face) => three.map((other) => cosine(face.embedding, other.embedding)));
    expect(scores[2]?.[1]).toBeGreaterThan(0.65);
    for (const [i, row] of scores.entries()) {
      for (const [j, score] of row.entries())
        if (i !== 2 || j !== 1) expect(score).toBeLessThan(0.4);
    }
  });

  it("embeddings have the pack's dimension and unit length", async () => {
    for (const { embedding } of (await answerTo(3)).faces) {
      expect(embedding).toHaveLength(pack.embedder.dimension);
      expect(cosine(embedding, embedding)).toBeCloseTo(1, 5);
    }
  });

  it("a face is itself when the picture is half as large, grey, or a poor JPEG", async () => {
    const original = faceAt((await answerTo(3)).faces, 1);
    for (const bytes of [
      await sharp(photo(3)).resize(960).png().toBuffer(),
      await sharp(photo(3)).toColourspace("b-w").png().toBuffer(),
      await sharp(photo(3)).jpeg({ quality: 30 }).toBuffer(),
      await sharp(photo(3)).rotate(15).png().toBuffer(),
    ]) {
      const { faces } = await engine.analyse({ kind: "image", bytes });
      const best = Math.max(...faces.map((face) => cosine(face.embedding, original.embedding)));
      expect(best).toBeGreaterThan(0.8);
    }
  });

  it("flip averaging is an option, and changes little", async () => {
    const plain = await openEngine({ flipAverage: false });
    const flipped = await openEngine({ flipAverage: true });
    const bytes = photo(3);
    const one = faceAt((await plain.analyse({ kind: "image", bytes })).faces, 0);
    const two = faceAt((await flipped.analyse({ kind: "image", bytes })).faces, 0);
    await Promise.all([plain.close(), flipped.close()]);
    const likeness = cosine(one.embedding, two.embedding);
    expect(likeness).toBeGreaterThan(0.85);
    expect(likeness).toBeLessThan(0.9999);
  });
});

describe("what an answer says of a face", () => {
  it("landmarks are in anatomical order and inside the box's surroundings", async () => {
    for (const { landmarks, box } of (await answerTo(5)).faces) {
      expect(landmarks).toHaveLength(5);
      const [leftEye, rightEye, nose, leftMouth, rightMouth] = landmarks as Point[];
      expect(leftEye?.x).toBeLessThan(rightEye?.x ?? 0);
      expect(leftMouth?.x).toBeLessThan(rightMouth?.x ?? 0);
      expect(nose?.y).toBeGreaterThan(leftEye?.y ?? 0);
      for (const { x, y } of landmarks) {
        expect(x).toBeGreaterThan(box.x - box.width / 2);
        expect(x).toBeLessThan(box.x + box.width * 1.5);
        expect(y).toBeGreaterThan(box.y);
        expect(y).toBeLessThan(box.y + box.height * 1.2);
      }
    }
  });

  it("the quality of good faces is acceptable; a blurred and a dark one have their reasons", async () => {
    const bytes = photo(6);
    const { faces } = await engine.analyse({ kind: "image", bytes });
    for (const { quality } of faces) expect(quality.reasons).toEqual([]);
    const soft = await sharp(bytes).blur(9).png().toBuffer();
    const dark = await sharp(bytes).linear(0.15, 0).png().toBuffer();
    const blurred = await engine.analyse({ kind: "image", bytes: soft });
    expect(blurred.faces.every(({ quality }) => quality.reasons.includes("BLURRED"))).toBe(true);
    const dim = await engine.analyse({ kind: "image", bytes: dark });
    expect(dim.faces.every(({ quality }) => quality.reasons.includes("TOO_DARK"))).toBe(true);
  });

  it("timings are given for each stage", async () => {
    const { timings } = await answerTo(1);
    for (const stage of ["decodeMs", "detectMs", "alignMs", "embedMs"] as const) {
      expect(timings[stage]).toBeGreaterThan(0);
    }
    expect(timings.queueMs).toBe(0);
  });
});

describe("chips", () => {
  it("a loose chip gives the embedding of its frame's face", async () => {
    const { faces } = await answerTo(1);
    const face = faceAt(faces, 2);
    const bytes = await cutOut(photo(1), face, 0.3);
    const chip = await engine.analyse({ kind: "chip", bytes });
    expect(chip.faces).toHaveLength(1);
    expect(cosine(faceAt(chip.faces, 0).embedding, face.embedding)).toBeGreaterThan(0.97);
  });

  it("a loose chip with several faces gives its largest", async () => {
    const { faces } = await answerTo(5);
    const largest = faces.reduce((a, b) =>
      a.box.width * a.box.height >= b.box.width * b.box.height ? a : b,
    );
    const chip = await engine.analyse({ kind: "chip", bytes: photo(5) });
    expect(chip.faces).toHaveLength(1);
    expect(faceAt(chip.faces, 0).box).toEqual(largest.box);
  });

  it("an aligned chip gives the embedding of its frame's face, and has no landmarks", async () => {
    const face = faceAt((await answerTo(3)).faces, 1);
    const bytes = await alignedChip(photo(3), face.landmarks);
    const { faces, width, height } = await engine.analyse({ kind: "aligned-chip", bytes });
    expect([width, height]).toEqual([112, 112]);
    expect(faceAt(faces, 0).landmarks).toEqual([]);
    expect(cosine(faceAt(faces, 0).embedding, face.embedding)).toBeGreaterThan(0.999);
  });

  it("an aligned chip of another size is CHIP_SIZE_WRONG, and the error says the size", async () => {
    const bytes = await sharp(photo(1)).resize(128, 128).png().toBuffer();
    const error = await rejection(
      engine.analyse({ kind: "aligned-chip", bytes }),
      "CHIP_SIZE_WRONG",
    );
    expect(error.message).toContain("112 x 112");
  });
});

describe("stopping", () => {
  it("work that nobody waits for stops between stages", async () => {
    for (const stages of [0, 1, 2, 3, 6]) {
      let asked = 0;
      const isCancelled = () => {
        asked += 1;
        return asked > stages;
      };
      const work = engine.analyse({ kind: "image", bytes: photo(1) }, isCancelled);
      await expect(work).rejects.toBeInstanceOf(Cancelled);
      expect(asked).toBe(stages + 1);
    }
  });
});
