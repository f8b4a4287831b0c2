import type { FilePart } from "../usecases/file-parts.js";

/** A part of a file as the messages have it. */
export function fromFilePart(part: FilePart) {
  if ("data" in part) {
    const { buffer, byteOffset, byteLength } = part.data;
    return { data: Buffer.from(buffer, byteOffset, byteLength) };
  }
  const { name, sizeBytes, sha256 } = part.fileEnd;
  return { fileEnd: { name, sizeBytes, sha256: Buffer.from(sha256) } };
}
