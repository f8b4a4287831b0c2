/** Bytes of a part's length, before the part. */
const lengthSizeBytes = 4;
const asciiMax = 0x7f;
const nothing = Buffer.alloc(0);

/**
 * Additional data of several parts, each preceded by its length in bytes, so that no two lists
 * of parts make the same bytes.
 */
export function bindParts(...parts: readonly string[]): Buffer {
  return appendParts(nothing, ...parts);
}

/** The bytes of `bindParts` for the parts of `prefix` and these, when `prefix` comes from it. */
export function appendParts(prefix: Uint8Array, ...parts: readonly string[]): Buffer {
  let size = prefix.length;
  for (const part of parts) size += lengthSizeBytes + textSize(part);
  const bytes = Buffer.allocUnsafe(size);
  bytes.set(prefix, 0);
  let at = prefix.length;
  for (const part of parts) {
    const written = writeText(bytes, at + lengthSizeBytes, part);
    bytes.writeUInt32BE(written, at);
    at += lengthSizeBytes + written;
  }
  return bytes;
}

// Ids are ASCII and short: a loop over them is several times faster than a call of Node's encoder.

function textSize(text: string): number {
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) > asciiMax) return Buffer.byteLength(text, "utf8");
  }
  return text.length;
}

/** @returns bytes written */
function writeText(bytes: Buffer, at: number, text: string): number {
  for (let each = 0; each < text.length; each++) {
    const code = text.charCodeAt(each);
    if (code > asciiMax) return bytes.write(text, at, "utf8");
    bytes[at + each] = code;
  }
  return text.length;
}
