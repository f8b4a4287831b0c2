import { gunzipSync } from "node:zlib";

/** Limit of an unpacked tarball, so that a small hostile one cannot fill the memory. */
export const tarballSizeMax = 1 << 30;

const blockSize = 512;

/**
 * Plain files of a gzipped tar archive, by path. Ustar, with the long names of pax and GNU
 * refused rather than guessed: npm writes neither for paths under 100 characters.
 *
 * @throws Error when it is no gzipped tar, is cut short, or unpacks to over `tarballSizeMax`
 */
export function readTarball(gzipped: Uint8Array): Map<string, Uint8Array> {
  const tar = gunzipSync(gzipped, { maxOutputLength: tarballSizeMax });
  const files = new Map<string, Uint8Array>();
  for (let at = 0; at + blockSize <= tar.length; ) {
    const header = tar.subarray(at, at + blockSize);
    if (header.every((byte) => byte === 0)) break;
    verifyChecksum(header);
    const size = octal(header, 124, 12);
    const start = at + blockSize;
    if (start + size > tar.length) throw new Error("the tarball is cut short");
    const type = header[156];
    if (type === 0x30 || type === 0) files.set(pathOf(header), tar.subarray(start, start + size));
    at = start + Math.ceil(size / blockSize) * blockSize;
  }
  if (files.size === 0) throw new Error("the tarball holds no files");
  return files;
}

function pathOf(header: Uint8Array): string {
  const prefix = text(header, 345, 155);
  const name = text(header, 0, 100);
  return prefix === "" ? name : `${prefix}/${name}`;
}

function verifyChecksum(header: Uint8Array): void {
  let sum = 0;
  for (const [i, byte] of header.entries()) sum += i >= 148 && i < 156 ? 0x20 : byte;
  if (sum !== octal(header, 148, 8)) throw new Error("the tarball has a damaged header");
}

function text(header: Uint8Array, start: number, length: number): string {
  const field = Buffer.from(header.subarray(start, start + length)).toString("utf8");
  return field.split("\0", 1)[0] ?? "";
}

function octal(header: Uint8Array, start: number, length: number): number {
  const digits = text(header, start, length).trim();
  if (!/^[0-7]+$/.test(digits)) throw new Error("the tarball has a damaged header");
  return Number.parseInt(digits, 8);
}
