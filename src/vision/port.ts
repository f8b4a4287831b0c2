import type { Permit } from "../base/permit.js";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Pixels of the image as it is shown (after EXIF orientation). */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const qualityReasons = [
  "TOO_SMALL",
  "BLURRED",
  "TOO_DARK",
  "TOO_BRIGHT",
  "POSE_EXTREME",
  "DETECTOR_UNSURE",
  "CUT_BY_FRAME",
] as const;
export type QualityReason = (typeof qualityReasons)[number];

/** How fit a face is for comparison. Units as in `cordon.v1.Quality`. */
export interface Quality {
  readonly acceptable: boolean;
  readonly reasons: readonly QualityReason[];
  readonly eyeDistancePx: number;
  readonly sharpness: number;
  readonly brightness: number;
  readonly yawDegrees: number;
  readonly pitchDegrees: number;
  readonly rollDegrees: number;
  readonly detectorScore: number;
}

export interface Face {
  readonly box: Box;
  /** Left eye, right eye, nose tip, left and right mouth corner as seen; empty for aligned chips. */
  readonly landmarks: readonly Point[];
  readonly quality: Quality;
  /** Unit length, `dimension` floats. The caller zeroes it after use. */
  readonly embedding: Float32Array;
}

export interface VisionTimings {
  readonly queueMs: number;
  readonly decodeMs: number;
  readonly detectMs: number;
  readonly alignMs: number;
  readonly embedMs: number;
}

export interface VisionAnswer {
  readonly width: number;
  readonly height: number;
  /** Left to right. */
  readonly faces: readonly Face[];
  /** Faces beyond the limit per frame, the smallest, that were not embedded. */
  readonly facesDropped: number;
  readonly timings: VisionTimings;
}

export type VisionProbe =
  /** A frame: every face of it. */
  | { readonly kind: "image"; readonly bytes: Uint8Array }
  /** A loose crop of one face: the largest face of it. */
  | { readonly kind: "chip"; readonly bytes: Uint8Array }
  /** A crop aligned to the pack's template, of exactly its size. */
  | { readonly kind: "aligned-chip"; readonly bytes: Uint8Array };

export interface VisionInfo {
  readonly modelPack: string;
  readonly dimension: number;
  readonly chipSizePx: number;
  readonly weightsLicence: string;
  readonly executionProvider: string;
  readonly workers: number;
}

/** bytes -> faces with embeddings, off the main thread. */
export interface Vision {
  readonly info: VisionInfo;
  /**
   * @throws CordonError INVALID_ARGUMENT with an IMAGE_*, CHIP_* reason; RESOURCE_EXHAUSTED
   *   QUEUE_FULL; CANCELLED and DEADLINE_EXCEEDED by the signal. No face is not an error here.
   */
  embed(permit: Permit, probe: VisionProbe, signal?: AbortSignal): Promise<VisionAnswer>;
  /**
   * Refuses new work, finishes what is under way, ends the workers.
   * @throws ThreadLeft when one cannot be ended
   */
  close(): Promise<void>;
}
