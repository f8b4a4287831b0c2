import { endianness } from "node:os";
import { invalidField } from "../base/errors.js";
import { checkShape, type Probe } from "../usecases/probe.js";
import type { Vision } from "../vision/port.js";
import type { Embedding__Output } from "./generated/cordon/v1/Embedding.js";
import type { FaceChip__Output } from "./generated/cordon/v1/FaceChip.js";

const littleEndianHost = endianness() === "LE";

/** The fields of the `probe` and `source` oneofs. */
interface RawProbe {
  readonly image?: Buffer;
  readonly faceChip?: FaceChip__Output | null;
  readonly embedding?: Embedding__Output | null;
}

/** @throws CordonError INVALID_ARGUMENT when none of the oneof's fields is set */
export function toProbe(raw: RawProbe, field: string): Probe {
  if (raw.embedding) {
    const { modelPack } = raw.embedding;
    return { kind: "embedding", modelPack, values: valuesOf(raw.embedding, field) };
  }
  if (raw.faceChip) {
    const kind = raw.faceChip.aligned ? "aligned-chip" : "chip";
    return { kind, bytes: raw.faceChip.image };
  }
  if (raw.image !== undefined) return { kind: "image", bytes: raw.image };
  throw invalidField(field, "must be an image, a face_chip or an embedding");
}

const FLOAT_SIZE_BYTES = 4;

/**
 * Checks the size of an embedding without reading it, so that one that cannot be right is held no
 * longer than that takes. Anything else passes.
 * @throws CordonError INVALID_ARGUMENT naming the field
 */
export function checkEmbeddingSize(
  vision: Pick<Vision, "info">,
  { embedding }: RawProbe,
  field: string,
): void {
  if (!embedding) return;
  const { modelPack } = embedding;
  checkShape({ modelPack, length: lengthOf(embedding, field) }, vision, field);
}

/** How many numbers an embedding has, however they were sent. */
function lengthOf({ values, packedValues }: Embedding__Output, field: string): number {
  if (packedValues.length === 0) return values.length;
  const packedField = `${field}.embedding.packed_values`;
  if (values.length > 0) throw invalidField(packedField, "must not come with values, too");
  if (packedValues.length % FLOAT_SIZE_BYTES !== 0) {
    throw invalidField(packedField, `must have ${FLOAT_SIZE_BYTES} bytes for each number`);
  }
  return packedValues.length / FLOAT_SIZE_BYTES;
}

function valuesOf(embedding: Embedding__Output, field: string) {
  lengthOf(embedding, field);
  const { values, packedValues } = embedding;
  if (packedValues.length === 0) return values;
  // Aligned, which a view of the message need not be.
  const bytes = new Uint8Array(packedValues);
  if (!littleEndianHost) Buffer.from(bytes.buffer).swap32();
  return new Float32Array(bytes.buffer);
}
