import { CordonError, invalidField } from "../base/errors.js";
import type { IndexEntry } from "./port.js";
import type { PackedEntries } from "./rows.js";

/** How far from 1 the length of a vector may be; what is within it is normalised exactly. */
export const unitTolerance = 1e-3;
/** Below this a length differs from 1 by rounding only, and the vector is left as it is. */
const roundingTolerance = 1e-6;
/** Longest id. */
export const idLengthMax = 128;
/** Most persons that one search returns. */
export const kMax = 100;

/**
 * Copies vectors one after another, checked: a native index ends the process, or answers
 * nonsense, on bad input. The copy is what is checked, so it cannot change afterwards; it is
 * zeroed when it is refused.
 *
 * @param nameOf names vector `i` in an error, for example `queries[3]`
 * @throws CordonError INVALID_ARGUMENT: EMBEDDING_DIMENSION_WRONG, EMBEDDING_NOT_FINITE, or
 *   FIELD_INVALID for a length that is not 1
 */
export function packVectors(
  vectors: readonly Float32Array[],
  dimension: number,
  nameOf: (i: number) => string,
): Float32Array<ArrayBuffer> {
  const packed = new Float32Array(vectors.length * dimension);
  try {
    for (let i = 0; i < vectors.length; i += 1) {
      const vector: unknown = vectors[i];
      if (!(vector instanceof Float32Array) || vector.length !== dimension) {
        const given = vector instanceof Float32Array ? `${vector.length} floats` : "no float32s";
        throw invalidField(
          nameOf(i),
          `must be ${dimension} floats, has ${given}`,
          "EMBEDDING_DIMENSION_WRONG",
        );
      }
      packed.set(vector, i * dimension);
      makeUnit(packed, i * dimension, dimension, () => nameOf(i));
    }
  } catch (thrown) {
    packed.fill(0);
    throw thrown;
  }
  return packed;
}

/** Makes the vector that begins at `first` of length 1. Plain loops: every query comes by. */
function makeUnit(
  packed: Float32Array,
  first: number,
  dimension: number,
  nameOf: () => string,
): void {
  const end = first + dimension;
  let squares = 0;
  for (let i = first; i < end; i += 1) squares += (packed[i] as number) ** 2;
  // Finite float32s cannot overflow a float64 sum: it is finite when, and only when, they are.
  if (!Number.isFinite(squares)) {
    throw invalidField(nameOf(), "holds NaN or an infinity", "EMBEDDING_NOT_FINITE");
  }
  const length = Math.sqrt(squares);
  if (Math.abs(length - 1) > unitTolerance) {
    throw invalidField(nameOf(), `must be of length 1, has ${length.toPrecision(4)}`);
  }
  if (Math.abs(length - 1) <= roundingTolerance) return;
  for (let i = first; i < end; i += 1) packed[i] = (packed[i] as number) / length;
}

/** Checks and packs what `add` was given. */
export function packEntries(
  entries: readonly IndexEntry[],
  dimension: number,
  entriesMax: number,
): PackedEntries & { readonly vectors: Float32Array<ArrayBuffer> } {
  if (entries.length > entriesMax) {
    throw invalidField("entries", `must be at most ${entriesMax}, are ${entries.length}`);
  }
  entries.forEach((entry, i) => {
    checkId(`entries[${i}].templateId`, entry.templateId);
    checkId(`entries[${i}].personId`, entry.personId);
  });
  return {
    templateIds: entries.map((entry) => entry.templateId),
    personIds: entries.map((entry) => entry.personId),
    vectors: packVectors(
      entries.map((entry) => entry.vector),
      dimension,
      (i) => `entries[${i}].vector`,
    ),
  };
}

/** @throws CordonError INVALID_ARGUMENT unless the id is a text of 1 to `idLengthMax` characters */
export function checkId(field: string, id: string): void {
  if (typeof id === "string" && id.length >= 1 && id.length <= idLengthMax) return;
  throw invalidField(field, `must be a text of 1 to ${idLengthMax} characters`);
}

/** @throws CordonError INVALID_ARGUMENT unless k is whole and 1 to `kMax` */
export function checkK(k: number): void {
  if (Number.isInteger(k) && k >= 1 && k <= kMax) return;
  throw invalidField("k", `must be a whole number from 1 to ${kMax}`);
}

/** @throws CordonError RESOURCE_EXHAUSTED when `wanted` is beyond what this index holds */
export function checkCapacity(what: string, wanted: number, most: number): void {
  if (wanted <= most) return;
  throw capacityError(`This would be ${wanted} ${what}; the limit is ${most}.`);
}

/** The error for something that does not fit, by a limit or by the machine's memory. */
export function capacityError(message: string): CordonError {
  return new CordonError({ status: "RESOURCE_EXHAUSTED", reason: "CAPACITY_EXCEEDED", message });
}
