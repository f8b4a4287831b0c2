import sharp from "sharp";
import { afterAll, describe, expect, it } from "vitest";
import { makeDetector } from "../../src/vision/detect.js";
import { overlap } from "../../src/vision/geometry.js";
import { engineDefaults } from "../../src/vision/options.js";
import type { Face } from "../../src/vision/port.js";
import { newRaster } from "../../src/vision/raster.js";
import { planScales } from "../../src/vision/scales.js";
import { openSession } from "../../src/vision/sessions.js";
import { cutOut, faceAt, openEngine, pack, photo } from "./photos.js";

const engine = await openEngine();
afterAll(() => engine.close());

async function facesIn(bytes: Buffer): Promise<readonly Face[]> {
  return (await engine.analyse({ kind: "image", bytes })).faces;
}

/** A frame of 1920 x 1080 with pictures laid on it. */
function frame(pictures: ReadonlyArray<{ input: Buffer; left: number; top: number }>) {
  return sharp({ create: { width: 1920, height: 1080, channels: 3, background: "#5a6a70" } })
    .composite([...pictures])
    .jpeg({ quality: 92 })
    .toBuffer();
}

describe("the faces of the photographs", () => {
  for (const [number, count] of [
    [1, 3],
    [2, 3],
    [3, 3],
    [4, 4],
    [5, 5],
    [6, 4],
  ] as const) {
    it(`photograph ${number} holds exactly ${count}`, async () => {
      const faces = await facesIn(photo(number));
      expect(faces).toHaveLength(count);
      for (const { quality } of faces) expect(quality.detectorScore).toBeGreaterThan(0.9);
    });
  }

  it("a photograph turned by EXIF has the same boxes", async () => {
    const upright = await facesIn(photo(3));
    const turned = await sharp(photo(3)).rotate(180).withMetadata({ orientation: 3 }).toBuffer();
    const again = await facesIn(turned);
    expect(again).toHaveLength(upright.length);
    upright.forEach(({ box }, i) => {
      expect(overlap(box, faceAt(again, i).box)).toBeGreaterThan(0.9);
    });
  });

  it("grey pictures hold the same faces", async () => {
    const grey = await sharp(photo(3)).toColourspace("b-w").jpeg().toBuffer();
    expect(await facesIn(grey)).toHaveLength(3);
  });
});

describe("small faces", () => {
  for (const number of [1, 4, 6] as const) {
    it(`faces of 40 px in a frame of 1920 x 1080 are found (photograph ${number})`, async () => {
      const { faces, width } = await engine.analyse({ kind: "image", bytes: photo(number) });
      const height = faces.reduce((sum, { box }) => sum + box.height, 0) / faces.length;
      const shrunk = Math.round((width * 40) / height);
      const input = await sharp(photo(number)).resize(shrunk).png().toBuffer();
      for (const [left, top] of [
        [90, 41],
        [1203, 633],
      ] as const) {
        const found = await facesIn(await frame([{ input, left, top }]));
        expect(found).toHaveLength(faces.length);
      }
    });
  }
});

describe("large faces", () => {
  it("a face that fills a chip of 112 to 250 px is found", async () => {
    const bytes = photo(3);
    for (const face of await facesIn(bytes)) {
      for (const sizePx of [112, 160, 250]) {
        const chip = await cutOut(bytes, face, 0, sizePx);
        const answer = await engine.analyse({ kind: "chip", bytes: chip });
        expect(answer.faces).toHaveLength(1);
      }
    }
  });

  it("a face that fills a photograph of 4000 px is found", async () => {
    const bytes = photo(6);
    const face = faceAt(await facesIn(bytes), 0);
    const close = await cutOut(bytes, face, 0.1, 4000);
    expect(await facesIn(close)).toHaveLength(1);
  });
});

describe("nothing and very much", () => {
  it("no face is an empty list, not an error", async () => {
    const noise = Buffer.from(Array.from({ length: 300 * 200 * 3 }, (_, i) => (i * 7919) % 251));
    const raw = { width: 300, height: 200, channels: 3 } as const;
    const bytes = await sharp(noise, { raw }).png().toBuffer();
    const answer = await engine.analyse({ kind: "image", bytes });
    expect(answer).toMatchObject({ width: 300, height: 200, faces: [], facesDropped: 0 });
    expect(await facesIn(await frame([]))).toEqual([]);
  });

  it("of 100 faces all are found, from left to right; of more than the limit the largest", async () => {
    const bytes = photo(3);
    const [, middle] = await facesIn(bytes);
    if (middle === undefined) throw new Error("no face to tile");
    const tile = await cutOut(bytes, middle, 0.25, 100);
    const larger = await cutOut(bytes, middle, 0.25, 130);
    const pictures = Array.from({ length: 100 }, (_, i) => ({
      input: i % 20 === 7 ? larger : tile,
      left: 20 + (i % 14) * 134,
      top: 10 + Math.floor(i / 14) * 133,
    }));
    const crowd = await frame(pictures);
    const faces = await facesIn(crowd);
    expect(faces).toHaveLength(100);
    const lefts = faces.map(({ box }) => box.x);
    expect(lefts).toEqual([...lefts].sort((a, b) => a - b));

    const limited = await openEngine({ facesPerFrameMax: 5 });
    const answer = await limited.analyse({ kind: "image", bytes: crowd });
    await limited.close();
    expect(answer.facesDropped).toBe(95);
    expect(answer.faces).toHaveLength(5);
    const smallest = Math.min(...answer.faces.map(({ box }) => box.height));
    const taller = faces.filter(({ box }) => box.height > smallest);
    expect(taller).toHaveLength(4);
  });
});

it("a detection that nobody waits for stops between two scales", async () => {
  const model = await openSession(pack.detector.path, "cpu");
  let runs = 0;
  const session: typeof model = {
    ...model,
    run(...input) {
      runs += 1;
      return model.run(...input);
    },
  };
  const frame = newRaster(1920, 1080);
  expect(planScales(frame.width, frame.height, engineDefaults).length).toBeGreaterThan(1);
  const detector = makeDetector(session, pack.detector, engineDefaults, 0.5);
  const stop = () => {
    if (runs > 0) throw new Error("stopped");
  };
  await expect(detector.detect(frame, stop)).rejects.toThrow("stopped");
  expect(runs).toBe(1);
  await model.close();
});
