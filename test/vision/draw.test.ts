import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { drawFaces } from "../../src/vision/draw.js";
import { rejection } from "./photos.js";

const blank = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: "#ffffff" } })
    .png()
    .toBuffer();

async function pixels(bytes: Buffer) {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  return {
    info,
    at: (x: number, y: number) => [...data.subarray((y * info.width + x) * 3)].slice(0, 3),
  };
}

describe("drawFaces()", () => {
  it("gives a PNG of the picture's size with the box in the decision's colour", async () => {
    const box = { x: 100, y: 100, width: 80, height: 120 };
    const drawn = await drawFaces(await blank(400, 300), [{ box, label: "", decision: "MATCH" }]);
    expect((await sharp(drawn).metadata()).format).toBe("png");
    const { info, at } = await pixels(drawn);
    expect([info.width, info.height]).toEqual([400, 300]);
    const [red = 255, green = 0] = at(100, 160);
    expect(green).toBeGreaterThan(red);
    expect(at(140, 160)).toEqual([255, 255, 255]);
  });

  it("takes any text for a label: markup, control characters, emoji, very long", async () => {
    const box = { x: 10, y: 10, width: 30, height: 30 };
    for (const label of [
      `<script>&"'</script>`,
      "\u0000\u0007\ud800 lone",
      "张三 0.87",
      "👩‍🚒".repeat(50),
      "x".repeat(10_000),
    ]) {
      const drawn = await drawFaces(await blank(200, 100), [{ box, label, decision: "REVIEW" }]);
      expect((await sharp(drawn).metadata()).width).toBe(200);
    }
  });

  it("draws on pictures of any size, with boxes beyond their edges or not finite", async () => {
    for (const [width, height] of [
      [16, 16],
      [3000, 40],
      [4000, 3000],
    ] as const) {
      const drawn = await drawFaces(await blank(width, height), [
        { box: { x: -50, y: -50, width: 9000, height: 9000 }, label: "a", decision: "NO_MATCH" },
        { box: { x: Number.NaN, y: 0, width: 9, height: 9 }, label: "b", decision: "REFUSED" },
        {
          box: { x: width - 4, y: height - 4, width: 9, height: 9 },
          label: "c",
          decision: "MATCH",
        },
      ]);
      expect((await sharp(drawn).metadata()).height).toBe(height);
    }
  });

  it("refuses what is no image", async () => {
    await rejection(drawFaces(Buffer.from("no"), []), "IMAGE_UNREADABLE");
  });
});
