/** Bytes of a part's length, before the part. */
const lengthSizeBytes = 4;
const nothing = Buffer.alloc(0);

/**
 * Additional data of several parts, each preceded by its length in bytes, so that no two lists
 * of parts make the same bytes.
 */
export function bindParts(...parts: readonly string[]): Buffer {
  return appendParts(nothing, ...parts);
}

/**
 * The bytes of `bindParts` for the parts of `prefix` and these, when `prefix` comes from it.
 */
export function appendParts(prefix: Uint8Array, ...parts: readonly string[]): Buffer {
  let size = prefix.length;
  for (const part of parts) size += lengthSizeBytes + Buffer.byteLength(part, "utf8");
  const bytes = Buffer.allocUnsafe(size);
  bytes.set(prefix, 0);
  let at = prefix.length;
  for (const part of parts) {
    const written = bytes.write(part, at + lengthSizeBytes, "utf8");
    bytes.writeUInt32BE(written, at);
    at += lengthSizeBytes + written;
  }
  return bytes;
}
