import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { decodeDefaults, decodeImage } from "../../src/vision/decode.js";
import { pngThatClaims } from "./hostile.js";
import { photo, rejection } from "./photos.js";

const small = sharp(photo(1)).resize(240, 160);

function decode(bytes: Uint8Array, limits = {}) {
  return decodeImage(bytes, { ...decodeDefaults, ...limits });
}

/** Mean absolute difference of two rasters, grey levels. */
function difference(one: Uint8Array, other: Uint8Array): number {
  expect(one.length).toBe(other.length);
  return one.reduce((sum, value, i) => sum + Math.abs(value - (other[i] ?? 0)), 0) / one.length;
}

describe("what is decoded", async () => {
  const plain = (await decode(await small.clone().png().toBuffer())).data;
  const cases: ReadonlyArray<readonly [string, Promise<Buffer>, number]> = [
    ["baseline JPEG", small.clone().jpeg({ quality: 95 }).toBuffer(), 3],
    ["progressive JPEG", small.clone().jpeg({ quality: 95, progressive: true }).toBuffer(), 3],
    ["CMYK JPEG", small.clone().toColourspace("cmyk").jpeg({ quality: 95 }).toBuffer(), 12],
    ["16-bit PNG", small.clone().toColourspace("rgb16").png().toBuffer(), 2],
    ["palette PNG", small.clone().png({ palette: true }).toBuffer(), 6],
    ["PNG with opaque alpha", small.clone().ensureAlpha().png().toBuffer(), 1],
    ["WebP", small.clone().webp({ quality: 95 }).toBuffer(), 4],
    ["TIFF", small.clone().tiff({ compression: "lzw" }).toBuffer(), 1],
    ["CMYK TIFF", small.clone().toColourspace("cmyk").tiff().toBuffer(), 12],
    ["GIF", small.clone().gif().toBuffer(), 6],
    ["AVIF", small.clone().avif({ quality: 80, effort: 0 }).toBuffer(), 5],
    [
      "a JPEG with junk after its end",
      small
        .clone()
        .jpeg({ quality: 95 })
        .toBuffer()
        .then((bytes) => Buffer.concat([bytes, Buffer.alloc(500, 65)])),
      3,
    ],
  ];
  for (const [name, bytes, levels] of cases) {
    it(`${name} comes out as the same 8-bit sRGB`, async () => {
      const raster = await decode(await bytes);
      expect([raster.width, raster.height]).toEqual([240, 160]);
      expect(difference(raster.data, plain)).toBeLessThan(levels);
    });
  }

  it("grey pictures, of 8 and 16 bits and with alpha, come out as three equal channels", async () => {
    const grey = small.clone().toColourspace("b-w");
    for (const bytes of [
      await grey.clone().png().toBuffer(),
      await grey.clone().jpeg().toBuffer(),
      await small.clone().toColourspace("grey16").png().toBuffer(),
      await grey.clone().ensureAlpha().png().toBuffer(),
    ]) {
      const { data } = await decode(bytes);
      expect(data.length).toBe(240 * 160 * 3);
      expect(data[3000]).toBe(data[3001]);
      expect(data[3000]).toBe(data[3002]);
    }
  });

  it("transparent pixels become mid-grey", async () => {
    const clear = { r: 255, g: 0, b: 0, alpha: 0 };
    const bytes = await sharp({ create: { width: 32, height: 32, channels: 4, background: clear } })
      .png()
      .toBuffer();
    const { data } = await decode(bytes);
    expect(data.every((value) => value === 127)).toBe(true);
  });

  it("an animation gives its first frame", async () => {
    const frame = (colour: string) =>
      sharp({ create: { width: 40, height: 40, channels: 3, background: colour } })
        .png()
        .toBuffer();
    const frames = [await frame("#ff0000"), await frame("#0000ff")];
    const bytes = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer();
    const { width, height, data } = await decode(bytes);
    expect([width, height]).toEqual([40, 40]);
    expect(data[0]).toBeGreaterThan(200);
    expect(data[2]).toBeLessThan(50);
  });

  it("EXIF orientation is applied", async () => {
    const upright = await small.clone().png().toBuffer();
    const turned = await sharp(upright)
      .rotate(90)
      .withMetadata({ orientation: 8 })
      .png()
      .toBuffer();
    const raster = await decode(turned);
    expect([raster.width, raster.height]).toEqual([240, 160]);
    expect(difference(raster.data, plain)).toBeLessThan(1);
  });

  it("the caller's bytes are left as they were", async () => {
    const bytes = await small.clone().jpeg().toBuffer();
    const before = Buffer.from(bytes);
    await decode(bytes);
    expect(bytes.equals(before)).toBe(true);
  });
});

describe("what is refused", () => {
  it("no bytes are IMAGE_EMPTY", async () => {
    await rejection(decode(new Uint8Array(0)), "IMAGE_EMPTY");
  });

  it("too many bytes are IMAGE_TOO_LARGE, and the error says how many are allowed", async () => {
    const error = await rejection(decode(photo(1), { imageBytesMax: 1000 }), "IMAGE_TOO_LARGE");
    expect(error.message).toContain("1000");
    expect(error.fields[0]?.field).toBe("image");
  });

  it("bytes that are no image are IMAGE_UNREADABLE", async () => {
    await rejection(decode(Buffer.from("hello, I am a text")), "IMAGE_UNREADABLE");
    await rejection(decode(Buffer.alloc(10_000)), "IMAGE_UNREADABLE");
    await rejection(decode(Buffer.from([0xff])), "IMAGE_UNREADABLE");
  });

  it("truncated images of every format are IMAGE_UNREADABLE", async () => {
    const half = (bytes: Buffer) => bytes.subarray(0, Math.floor(bytes.length / 2));
    await rejection(decode(half(await small.clone().jpeg().toBuffer())), "IMAGE_UNREADABLE");
    await rejection(decode(half(await small.clone().png().toBuffer())), "IMAGE_UNREADABLE");
    await rejection(decode(half(await small.clone().webp().toBuffer())), "IMAGE_UNREADABLE");
    await rejection(decode(half(await small.clone().gif().toBuffer())), "IMAGE_UNREADABLE");
    await rejection(decode(half(await small.clone().tiff().toBuffer())), "IMAGE_UNREADABLE");
    const avif = await small.clone().avif({ effort: 0 }).toBuffer();
    await rejection(decode(half(avif)), "IMAGE_UNREADABLE");
  });

  it("a file that only begins like an image is IMAGE_UNREADABLE", async () => {
    for (const magic of ["\xff\xd8\xff\xe0", "\x89PNG\r\n\x1a\n", "GIF89a", "RIFF\0\0\0\0WEBP"]) {
      const bytes = Buffer.concat([Buffer.from(magic, "latin1"), Buffer.alloc(500, 7)]);
      await rejection(decode(bytes), "IMAGE_UNREADABLE");
    }
  });

  it("vector formats, documents and other formats are IMAGE_FORMAT_UNSUPPORTED", async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"/>';
    for (const text of [
      svg,
      `<?xml version="1.0"?>\n<!-- a comment -->\n${svg}`,
      `\ufeff${svg}`,
      "%PDF-1.7\n",
      "%!PS-Adobe-3.0 EPSF-3.0\n",
      "PK\x03\x04",
      "\x1f\x8b\x08\x00",
      "BM\x36\x00\x0c\x00",
      "\0\0\0\x18ftypisom\0\0\0\0mp41isom",
    ]) {
      await rejection(decode(Buffer.from(text, "latin1")), "IMAGE_FORMAT_UNSUPPORTED");
    }
    const utf16 = Buffer.from(`\ufeff${svg}`, "utf16le");
    await rejection(decode(utf16), "IMAGE_FORMAT_UNSUPPORTED");
  });

  it("HEIC is IMAGE_FORMAT_UNSUPPORTED where there is no decoder for it", async () => {
    const bytes = Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic", "latin1");
    const readable = sharp.format.heif.input.fileSuffix?.includes(".heic") ?? false;
    await rejection(decode(bytes), readable ? "IMAGE_UNREADABLE" : "IMAGE_FORMAT_UNSUPPORTED");
  });

  it("a single pixel is IMAGE_TOO_SMALL, and the error says the least size", async () => {
    const bytes = await sharp(photo(1)).resize(1, 1).png().toBuffer();
    const error = await rejection(decode(bytes), "IMAGE_TOO_SMALL");
    expect(error.message).toContain("at least 16");
  });

  it("30,000 x 30,000 is IMAGE_TOO_MANY_PIXELS, by its header alone", async () => {
    // Decoding would fail on the missing rows, with another reason: so nothing was decoded.
    await rejection(decode(pngThatClaims(30_000, 30_000)), "IMAGE_TOO_MANY_PIXELS");
  });

  it("the limit on pixels is the option's", async () => {
    const bytes = await small.clone().png().toBuffer();
    await rejection(decode(bytes, { imagePixelsMax: 240 * 160 - 1 }), "IMAGE_TOO_MANY_PIXELS");
    await expect(decode(bytes, { imagePixelsMax: 240 * 160 })).resolves.toBeDefined();
  });

  it("an endless strip is IMAGE_TOO_MANY_PIXELS, few as they are", async () => {
    await rejection(decode(pngThatClaims(200_000, 20)), "IMAGE_TOO_MANY_PIXELS");
  });
});
