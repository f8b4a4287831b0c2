import { type DecodeLimits, decodeDefaults } from "./decode.js";
import { type QualityLimits, qualityDefaults } from "./quality.js";
import { type ScaleOptions, scaleDefaults } from "./scales.js";
import type { ExecutionProvider } from "./sessions.js";

/** How one thread works on probes. Plain data: it is sent to each worker. */
export interface EngineOptions extends DecodeLimits, ScaleOptions {
  /** What runs the models. One that cannot is an error; no other takes its place. Default "cpu". */
  readonly executionProvider: ExecutionProvider;
  /**
   * Faces of one frame that are embedded at most; the largest are kept and the rest counted.
   * Default 128. Bounds the time and memory of a crowd.
   */
  readonly facesPerFrameMax: number;
  /** Least detector score of a face, 0 to 1. Default: the pack's. */
  readonly detectorScoreMin: number | null;
  /** Average each face's embedding with its mirror image's. Default: the pack's. */
  readonly flipAverage: boolean | null;
  readonly quality: QualityLimits;
}

export const engineDefaults: EngineOptions = {
  ...decodeDefaults,
  ...scaleDefaults,
  executionProvider: "cpu",
  facesPerFrameMax: 128,
  detectorScoreMin: null,
  flipAverage: null,
  quality: qualityDefaults,
};
