import { invalidField } from "../base/errors.js";
import type { Probe } from "../usecases/probe.js";
import type { Embedding__Output } from "./generated/cordon/v1/Embedding.js";
import type { FaceChip__Output } from "./generated/cordon/v1/FaceChip.js";

/** The fields of the `probe` and `source` oneofs. */
interface RawProbe {
  readonly image?: Buffer;
  readonly faceChip?: FaceChip__Output | null;
  readonly embedding?: Embedding__Output | null;
}

/** @throws CordonError INVALID_ARGUMENT when none of the oneof's fields is set */
export function toProbe(raw: RawProbe, field: string): Probe {
  if (raw.embedding) {
    const { modelPack, values } = raw.embedding;
    return { kind: "embedding", modelPack, values };
  }
  if (raw.faceChip) {
    const kind = raw.faceChip.aligned ? "aligned-chip" : "chip";
    return { kind, bytes: raw.faceChip.image };
  }
  if (raw.image !== undefined) return { kind: "image", bytes: raw.image };
  throw invalidField(field, "must be an image, a face_chip or an embedding");
}
