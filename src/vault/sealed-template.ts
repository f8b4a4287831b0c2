import { endianness } from "node:os";
import { type PersonKey, VaultError } from "./vault.js";

/** Floats of a template at most. */
export const templateDimensionMax = 4_096;
/** How far the length of a template's vector may be from 1. */
export const unitLengthTolerance = 1e-3;

const floatSizeBytes = 4;
const littleEndianHost = endianness() === "LE";

/** What a sealed template is bound to, besides its person. */
export interface TemplateIdentity {
  readonly templateId: string;
  readonly modelPack: string;
}

/**
 * Seals one embedding as little-endian float32.
 *
 * @param embedding unit length, 1 to 4096 finite floats; the caller zeroes it
 * @throws VaultError when it is not such a vector
 */
export function sealTemplate(
  key: PersonKey,
  template: TemplateIdentity,
  embedding: Float32Array,
): Uint8Array {
  requireTemplateVector(embedding);
  const floats = bytesOf(embedding);
  if (littleEndianHost) return key.seal(contextOf(template), floats);
  const plaintext = Buffer.from(floats).swap32();
  try {
    return key.seal(contextOf(template), plaintext);
  } finally {
    plaintext.fill(0);
  }
}

/**
 * Opens a sealed template, and checks again that it is a unit vector of finite floats.
 *
 * @returns the embedding, in memory of its own, which the caller zeroes after use
 * @throws VaultError when the key, the template or a bit of it is not the one that was sealed
 */
export function openTemplate(
  key: PersonKey,
  template: TemplateIdentity,
  sealed: Uint8Array,
): Float32Array {
  const opened = key.open(contextOf(template), sealed);
  try {
    if (opened.length % floatSizeBytes !== 0) {
      throw new VaultError("A sealed template is not a list of 32-bit floats.");
    }
    const embedding = new Float32Array(opened.length / floatSizeBytes);
    const bytes = bytesOf(embedding);
    bytes.set(opened);
    if (!littleEndianHost) bytes.swap32();
    requireTemplateVector(embedding);
    return embedding;
  } finally {
    opened.fill(0);
  }
}

/** The same memory, as bytes in the host's order. */
function bytesOf(embedding: Float32Array): Buffer {
  return Buffer.from(embedding.buffer, embedding.byteOffset, embedding.byteLength);
}

/** @throws VaultError */
function requireTemplateVector(embedding: Float32Array): void {
  if (embedding.length < 1 || embedding.length > templateDimensionMax) {
    throw new VaultError(`A template has 1 to ${templateDimensionMax} numbers.`);
  }
  let square = 0;
  for (let at = 0; at < embedding.length; at++) square += (embedding[at] ?? 0) ** 2;
  // False for NaN, too; an infinite value makes the sum infinite.
  if (!(Math.abs(Math.sqrt(square) - 1) <= unitLengthTolerance)) {
    throw new VaultError("A template is not a finite vector of unit length.");
  }
}

function contextOf(template: TemplateIdentity): string {
  return JSON.stringify(["template", template.templateId, template.modelPack]);
}
