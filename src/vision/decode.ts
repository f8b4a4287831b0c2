import sharp, { type Sharp } from "sharp";
import { CordonError, type FieldViolation } from "../base/errors.js";
import { newRaster, type Raster } from "./raster.js";
import { type ImageFormat, sniffFormat } from "./sniff.js";

// One image at a time in each worker, and no pixels kept after they were used.
sharp.cache(false);
sharp.concurrency(1);

export interface DecodeLimits {
  /** Encoded bytes at most. Default 16 MiB: a 50-megapixel JPEG of good quality. */
  readonly imageBytesMax: number;
  /** Width times height at most, by the header, before anything is decoded. Default 50 million. */
  readonly imagePixelsMax: number;
  /** Shorter side at least, pixels. Default 16: nothing smaller can hold a face. */
  readonly imageSideMinPx: number;
  /** Seconds that decoding may take, against files that are small but slow. Default 10. */
  readonly decodeSecondsMax: number;
}

export const decodeDefaults: DecodeLimits = {
  imageBytesMax: 16 * 1024 * 1024,
  imagePixelsMax: 50_000_000,
  imageSideMinPx: 16,
  decodeSecondsMax: 10,
};

/** Longest side of any image, whatever its pixel count: 16 x 3,000,000 is no photograph. */
const imageSideMaxPx = 65_535;

/** Formats that are read, as an error names them. */
const accepted = "JPEG, PNG, WebP, TIFF, GIF or AVIF";

/** Grey behind transparent pixels: the mean that the models were trained around. */
const transparentBackground = "#7f7f7f";

type ImageReason =
  | "IMAGE_EMPTY"
  | "IMAGE_UNREADABLE"
  | "IMAGE_TOO_LARGE"
  | "IMAGE_TOO_MANY_PIXELS"
  | "IMAGE_TOO_SMALL"
  | "IMAGE_FORMAT_UNSUPPORTED"
  | "CHIP_SIZE_WRONG";

export function imageError(
  reason: ImageReason,
  description: string,
  metadata: Readonly<Record<string, string>> = {},
  cause?: unknown,
): CordonError {
  const fields: FieldViolation[] = [{ field: "image", description }];
  const message = `image: ${description}`;
  return new CordonError({ status: "INVALID_ARGUMENT", reason, message, fields, metadata, cause });
}

function checkBytes(bytes: Uint8Array, limits: DecodeLimits): ImageFormat {
  if (bytes.length === 0) throw imageError("IMAGE_EMPTY", "it has no bytes.");
  if (bytes.length > limits.imageBytesMax) {
    throw imageError(
      "IMAGE_TOO_LARGE",
      `it has ${bytes.length} bytes; at most ${limits.imageBytesMax} are accepted.`,
      { imageBytesMax: String(limits.imageBytesMax) },
    );
  }
  const format = sniffFormat(bytes);
  if (format === null) {
    throw imageError("IMAGE_UNREADABLE", `these bytes are no picture; send ${accepted}.`);
  }
  if (typeof format === "object") {
    throw imageError("IMAGE_FORMAT_UNSUPPORTED", `it is ${format.foreign}; send ${accepted}.`);
  }
  return format;
}

function checkSize(width: number, height: number, limits: DecodeLimits): void {
  const size = `${width} x ${height}`;
  if (Math.min(width, height) < limits.imageSideMinPx) {
    throw imageError(
      "IMAGE_TOO_SMALL",
      `it is ${size} pixels; each side must have at least ${limits.imageSideMinPx}.`,
      { imageSideMinPx: String(limits.imageSideMinPx) },
    );
  }
  if (width * height > limits.imagePixelsMax || Math.max(width, height) > imageSideMaxPx) {
    throw imageError(
      "IMAGE_TOO_MANY_PIXELS",
      `it is ${size} pixels; at most ${limits.imagePixelsMax} are accepted, ` +
        `and ${imageSideMaxPx} along one side.`,
      { imagePixelsMax: String(limits.imagePixelsMax) },
    );
  }
}

/** HEIC holds HEVC, which sharp reads only when it was built with a decoder for it. */
const heicReadable = sharp.format.heif.input.fileSuffix?.includes(".heic") ?? false;

/** Reads the header alone and refuses what its size forbids. Costs the same for any size. */
async function openImage(bytes: Uint8Array, format: ImageFormat, limits: DecodeLimits) {
  if (format === "heic" && !heicReadable) {
    throw imageError(
      "IMAGE_FORMAT_UNSUPPORTED",
      "it is HEIC, whose HEVC decoder is not in this build; send JPEG, PNG, WebP or AVIF.",
    );
  }
  const image = sharp(bytes, {
    failOn: "error",
    limitInputPixels: limits.imagePixelsMax,
    pages: 1,
  });
  const header = sharp(bytes, { failOn: "error", limitInputPixels: false, pages: 1 });
  const { width, height, format: read } = await header.metadata();
  if (read !== (format === "avif" || format === "heic" ? "heif" : format)) {
    throw imageError("IMAGE_UNREADABLE", `it begins as ${format} but does not read as one.`);
  }
  checkSize(width, height, limits);
  return image;
}

async function readPixels(image: Sharp, limits: DecodeLimits): Promise<Raster> {
  const { data, info } = await image
    .timeout({ seconds: limits.decodeSecondsMax })
    .autoOrient()
    .flatten({ background: transparentBackground })
    .toColourspace("srgb")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  const raster = { width: info.width, height: info.height, data };
  if (info.channels === 3) return raster;
  return dropOrSpreadChannels(raster, info.channels);
}

/** Rare colour spaces come back with one, two or four channels: grey is spread, the rest cut. */
function dropOrSpreadChannels(raw: Raster, channels: number): Raster {
  const raster = newRaster(raw.width, raw.height);
  for (let pixel = 0; pixel < raw.width * raw.height; pixel += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      const from = pixel * channels + (channels < 3 ? 0 : channel);
      raster.data[pixel * 3 + channel] = raw.data[from] ?? 0;
    }
  }
  raw.data.fill(0);
  return raster;
}

/**
 * Decodes an image to upright (EXIF orientation applied) sRGB of 8 bits; the first frame of an
 * animation. Transparency is laid over mid-grey.
 *
 * @throws CordonError INVALID_ARGUMENT with IMAGE_EMPTY, IMAGE_TOO_LARGE (bytes),
 *   IMAGE_FORMAT_UNSUPPORTED, IMAGE_TOO_SMALL, IMAGE_TOO_MANY_PIXELS or IMAGE_UNREADABLE
 *   (not an image, damaged, truncated, or too slow to decode)
 */
export async function decodeImage(bytes: Uint8Array, limits: DecodeLimits): Promise<Raster> {
  const format = checkBytes(bytes, limits);
  try {
    return await readPixels(await openImage(bytes, format, limits), limits);
  } catch (cause) {
    if (cause instanceof CordonError) throw cause;
    throw imageError("IMAGE_UNREADABLE", `it is damaged or truncated (${format}).`, {}, cause);
  }
}
