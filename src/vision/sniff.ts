/**
 * What a file's first bytes say it is. The file's name and the caller's word count for nothing, and
 * nothing reaches a decoder before it is known to be a raster format on this list: vector formats
 * and documents (SVG, PDF, EPS) can name other files and hosts.
 */
export const imageFormats = ["jpeg", "png", "webp", "tiff", "gif", "avif", "heic"] as const;
export type ImageFormat = (typeof imageFormats)[number];

/** A known format that is not decoded here; the name is for the error's text. */
export interface ForeignFormat {
  readonly foreign: string;
}

function ascii(bytes: Uint8Array, start: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(start, start + length));
}

/** ISO base media (ISO/IEC 14496-12): major brand, then compatible brands, of the `ftyp` box. */
function sniffIsoMedia(bytes: Uint8Array): ImageFormat | ForeignFormat {
  const boxSize = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0);
  const end = Math.min(boxSize, bytes.length, 256);
  for (let at = 8; at + 4 <= end; at += at === 8 ? 8 : 4) {
    const brand = ascii(bytes, at, 4);
    if (brand === "avif" || brand === "avis") return "avif";
    if (/^he(ic|ix|vc|vx|im|is|vm|vs)$/.test(brand)) return "heic";
  }
  return { foreign: "video or another ISO media file" };
}

const foreignPrefixes: ReadonlyArray<readonly [string, string]> = [
  ["%PDF", "PDF"],
  ["%!PS", "PostScript"],
  ["BM", "BMP"],
  ["8BPS", "Photoshop"],
  ["\x00\x00\x00\x0cjP  ", "JPEG 2000"],
  ["\xff\x4f\xff\x51", "JPEG 2000"],
  ["\x00\x00\x00\x0cJXL ", "JPEG XL"],
  ["\xff\x0a", "JPEG XL"],
  ["\x00\x00\x01\x00", "ICO"],
  ["#?RADIANCE", "Radiance HDR"],
  ["v/1\x01", "OpenEXR"],
  ["SIMPLE  =", "FITS"],
  ["PK\x03\x04", "ZIP"],
  ["\x1f\x8b", "gzip"],
  ["\x1aE\xdf\xa3", "Matroska video"],
];

/** Characters in which an XML prologue, comments and white space before `<svg` are looked for. */
const svgSearchBytes = 1024;

/** The format by magic bytes; null when the bytes are nothing known. */
export function sniffFormat(bytes: Uint8Array): ImageFormat | ForeignFormat | null {
  const head = ascii(bytes, 0, 12);
  if (head.startsWith("\xff\xd8\xff")) return "jpeg";
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return "png";
  if (head.startsWith("GIF87a") || head.startsWith("GIF89a")) return "gif";
  if (head.startsWith("RIFF") && head.slice(8) === "WEBP") return "webp";
  if (/^(II\*\0|MM\0\*|II\+\0|MM\0\+)/.test(head)) return "tiff";
  if (head.slice(4, 8) === "ftyp") return sniffIsoMedia(bytes);
  for (const [prefix, name] of foreignPrefixes) {
    if (head.startsWith(prefix)) return { foreign: name };
  }
  const text = ascii(bytes, 0, svgSearchBytes);
  if (/<svg[\s>]/i.test(text.replaceAll("\0", ""))) return { foreign: "SVG" };
  return null;
}
