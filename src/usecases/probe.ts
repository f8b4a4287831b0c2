import { invalidField } from "../base/errors.js";
import type { Permit } from "../base/permit.js";
import type { Face, Quality, Vision, VisionProbe, VisionTimings } from "../vision/port.js";

/** An embedding that a caller made with a model pack of its own. */
export interface EmbeddingProbe {
  readonly kind: "embedding";
  readonly modelPack: string;
  readonly values: readonly number[] | Float32Array;
}

export type Probe = VisionProbe | EmbeddingProbe;

/** A face ready to be searched for. An embedding has no picture, so no box and no quality. */
export interface SeenFace {
  readonly box: Face["box"] | null;
  readonly landmarks: Face["landmarks"];
  readonly quality: Quality | null;
  /** Unit length. Whoever asked for it zeroes it. */
  readonly embedding: Float32Array;
}

export interface Seen {
  readonly width: number;
  readonly height: number;
  readonly faces: readonly SeenFace[];
  readonly facesDropped: number;
  readonly timings: VisionTimings;
}

const noTimings: VisionTimings = { queueMs: 0, decodeMs: 0, detectMs: 0, alignMs: 0, embedMs: 0 };

/**
 * Turns a probe into faces with embeddings: pictures go through the models, an embedding is
 * checked and normalised.
 * @param field path of the probe in the request, for errors
 */
export async function see(
  vision: Vision,
  permit: Permit,
  probe: Probe,
  field: string,
  signal: AbortSignal,
): Promise<Seen> {
  if (probe.kind !== "embedding") return vision.embed(permit, probe, signal);
  const embedding = checkEmbedding(probe, vision, field);
  const face = { box: null, landmarks: [], quality: null, embedding };
  return { width: 0, height: 0, faces: [face], facesDropped: 0, timings: noTimings };
}

/** Shortest vector that still has a direction. */
const NORM_MIN = 1e-6;

/**
 * Checks what is seen without looking at the numbers.
 * @param probe `length`: how many numbers it has
 * @throws CordonError INVALID_ARGUMENT: other pack, wrong length
 */
export function checkShape(
  probe: { readonly modelPack: string; readonly length: number },
  vision: Pick<Vision, "info">,
  field: string,
): void {
  const { modelPack, dimension } = vision.info;
  if (probe.modelPack !== modelPack) {
    throw invalidField(
      `${field}.model_pack`,
      `this server compares embeddings of "${modelPack}" only, and this one is of ` +
        `"${probe.modelPack.slice(0, 100)}"`,
      "MODEL_PACK_MISMATCH",
    );
  }
  if (probe.length !== dimension) {
    throw invalidField(
      `${field}.values`,
      `must have ${dimension} numbers, and has ${probe.length}`,
      "EMBEDDING_DIMENSION_WRONG",
    );
  }
}

/** @throws CordonError INVALID_ARGUMENT: other pack, wrong length, not finite, all zero */
export function checkEmbedding(
  probe: EmbeddingProbe,
  vision: Pick<Vision, "info">,
  field: string,
): Float32Array {
  const { modelPack, values } = probe;
  checkShape({ modelPack, length: values.length }, vision, field);
  const embedding = new Float32Array(probe.values);
  const norm = lengthOf(embedding);
  if (!Number.isFinite(norm) || norm < NORM_MIN) {
    throw invalidField(
      `${field}.values`,
      "must be finite numbers that are not all zero",
      "EMBEDDING_NOT_FINITE",
    );
  }
  divide(embedding, norm);
  return embedding;
}

// Functions of their own, over one kind of array: these loops run for every embedding, and within
// a long function they are compiled late, and make an object of every number until then.

function lengthOf(vector: Float32Array): number {
  let squares = 0;
  for (let at = 0; at < vector.length; at += 1) {
    const value = vector[at] as number;
    squares += value * value;
  }
  return Math.sqrt(squares);
}

function divide(vector: Float32Array, divisor: number): void {
  for (let at = 0; at < vector.length; at += 1) vector[at] = (vector[at] as number) / divisor;
}

/** Zeroes every embedding; a probe leaves nothing behind. */
export function wipe(faces: readonly SeenFace[]): void {
  for (const face of faces) face.embedding.fill(0);
}
