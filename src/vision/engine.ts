import { performance } from "node:perf_hooks";
import { alignFace } from "./align.js";
import { decodeImage, imageError } from "./decode.js";
import { type Detector, makeDetector } from "./detect.js";
import { type Embedder, embedBatchMax, makeEmbedder } from "./embed.js";
import { boxArea } from "./geometry.js";
import { type Landmarker, makeLandmarker } from "./landmarks.js";
import type { Detection } from "./nms.js";
import type { EngineOptions } from "./options.js";
import type { LoadedPack } from "./packs/load.js";
import type { Face, Point, Quality, VisionAnswer, VisionProbe, VisionTimings } from "./port.js";
import { judgeQuality, shareOutside } from "./quality.js";
import { type Raster, wipe } from "./raster.js";
import { openSession } from "./sessions.js";
import type { Patch } from "./warp.js";

/** One thread's whole pipeline over one model pack. */
export interface Engine {
  /**
   * Finds and embeds the faces of a probe. The caller's bytes are left as they are; everything made
   * of them here is zeroed, except the embeddings that are returned.
   *
   * @param isCancelled asked between stages; once true, the work stops with `Cancelled`
   * @throws CordonError INVALID_ARGUMENT with an IMAGE_* or CHIP_* reason; Cancelled
   */
  analyse(probe: VisionProbe, isCancelled?: () => boolean): Promise<VisionAnswer>;
  close(): Promise<void>;
}

/** Work was stopped because nobody waits for it any more. */
export class Cancelled extends Error {}

type StageTimings = Omit<VisionTimings, "queueMs">;
type Stage = keyof StageTimings;

/** A face on its way: found, aligned and judged, not yet embedded. */
interface AlignedFace {
  readonly detection: Detection;
  readonly landmarks: readonly Point[];
  readonly chip: Patch;
  readonly quality: Quality;
}

interface Stages {
  readonly pack: LoadedPack;
  readonly options: EngineOptions;
  readonly detector: Detector;
  readonly landmarker: Landmarker;
  readonly embedder: Embedder;
}

/** Times each stage, and stops between two when nobody waits any more. */
function stopwatch(isCancelled: () => boolean) {
  const timings = { decodeMs: 0, detectMs: 0, alignMs: 0, embedMs: 0 };
  function checkpoint(): void {
    if (isCancelled()) throw new Cancelled();
  }
  async function time<T>(stage: Stage, work: () => Promise<T>): Promise<T> {
    checkpoint();
    const startMs = performance.now();
    try {
      return await work();
    } finally {
      timings[stage] += performance.now() - startMs;
    }
  }
  return { timings, time, checkpoint };
}
type Stopwatch = ReturnType<typeof stopwatch>;

/** The largest faces, at most `count`, and how many that leaves. */
function keepLargest(detections: readonly Detection[], count: number) {
  const largest = [...detections].sort((one, other) => boxArea(other.box) - boxArea(one.box));
  const kept = largest.slice(0, count);
  return { kept, dropped: detections.length - kept.length };
}

function eyeDistance(points: readonly Point[]): number {
  const [left, right] = points;
  if (left === undefined || right === undefined) return 0;
  return Math.hypot(right.x - left.x, right.y - left.y);
}

async function align(stages: Stages, frame: Raster, detection: Detection) {
  const points = await stages.landmarker.locate(frame, detection.box);
  if (points === null) return null;
  const chip = alignFace(frame, points, stages.pack.embedder);
  if (chip === null) return null;
  const measures = {
    chip,
    points,
    detectorScore: detection.score,
    eyeDistancePx: eyeDistance(points),
    cutShare: shareOutside(detection.box, frame.width, frame.height),
  };
  const quality = judgeQuality(measures, stages.options.quality);
  return { detection, landmarks: points, chip, quality };
}

/** One batch, for an ordinary frame; a crowd takes several, and may be stopped between them. */
async function embedAll(stages: Stages, faces: readonly AlignedFace[], watch: Stopwatch) {
  const embedded: Face[] = [];
  try {
    for (let first = 0; first < faces.length; first += embedBatchMax) {
      const batch = faces.slice(first, first + embedBatchMax);
      const chips = batch.map(({ chip }) => chip);
      const embeddings = await watch.time("embedMs", () => stages.embedder.embed(chips));
      for (const [i, { detection, landmarks, quality }] of batch.entries()) {
        const embedding = embeddings[i];
        if (embedding === undefined) continue;
        embedded.push({ box: detection.box, landmarks, quality, embedding });
      }
    }
    return embedded;
  } catch (thrown) {
    wipe(...embedded.map(({ embedding }) => embedding));
    throw thrown;
  }
}

/** A frame, or a loose crop of one face: detect, align, embed. */
async function analyseFrame(stages: Stages, frame: Raster, facesMax: number, watch: Stopwatch) {
  const found = await watch.time("detectMs", () => stages.detector.detect(frame, watch.checkpoint));
  const { kept, dropped } = keepLargest(found, facesMax);
  const aligned: AlignedFace[] = [];
  try {
    for (const detection of kept) {
      const face = await watch.time("alignMs", () => align(stages, frame, detection));
      if (face !== null) aligned.push(face);
    }
    aligned.sort((one, other) => one.detection.box.x - other.detection.box.x);
    const faces = await embedAll(stages, aligned, watch);
    return { faces, dropped };
  } finally {
    wipe(...aligned.map(({ chip }) => chip));
  }
}

/** A crop that is aligned already is embedded as it is; its landmarks are the template's. */
async function analyseChip(stages: Stages, chip: Raster, watch: Stopwatch): Promise<Face[]> {
  const { sizePx } = stages.pack.embedder.input;
  if (chip.width !== sizePx || chip.height !== sizePx) {
    const size = `${chip.width} x ${chip.height}`;
    const wanted = `${sizePx} x ${sizePx}`;
    throw imageError(
      "CHIP_SIZE_WRONG",
      `an aligned chip has ${wanted} pixels; this one has ${size}. Send it as not aligned.`,
      { chipSizePx: String(sizePx) },
    );
  }
  const template = stages.pack.embedder.alignment.map(([x, y]) => ({ x, y }));
  const measures = {
    chip,
    points: [],
    detectorScore: 1,
    eyeDistancePx: eyeDistance(template),
    cutShare: 0,
  };
  const quality = judgeQuality(measures, stages.options.quality);
  const [embedding] = await watch.time("embedMs", () => stages.embedder.embed([chip]));
  if (embedding === undefined) return [];
  const box = { x: 0, y: 0, width: sizePx, height: sizePx };
  return [{ box, landmarks: [], quality, embedding }];
}

async function analyse(stages: Stages, probe: VisionProbe, watch: Stopwatch) {
  const frame = await watch.time("decodeMs", () => decodeImage(probe.bytes, stages.options));
  const { width, height } = frame;
  try {
    switch (probe.kind) {
      case "image": {
        const { facesPerFrameMax } = stages.options;
        const { faces, dropped } = await analyseFrame(stages, frame, facesPerFrameMax, watch);
        return { width, height, faces, facesDropped: dropped };
      }
      case "chip": {
        const { faces } = await analyseFrame(stages, frame, 1, watch);
        return { width, height, faces, facesDropped: 0 };
      }
      case "aligned-chip": {
        const faces = await analyseChip(stages, frame, watch);
        return { width, height, faces, facesDropped: 0 };
      }
      default:
        throw new Error(`unknown kind of probe: ${(probe satisfies never as VisionProbe).kind}`);
    }
  } finally {
    wipe(frame);
  }
}

/**
 * Opens a pack's models in this thread.
 *
 * @throws CordonError FAILED_PRECONDITION when the execution provider is not there
 */
export async function createEngine(pack: LoadedPack, options: EngineOptions): Promise<Engine> {
  const provider = options.executionProvider;
  const sessions = {
    detector: await openSession(pack.detector.path, provider),
    landmarks: await openSession(pack.landmarks.path, provider),
    embedder: await openSession(pack.embedder.path, provider),
  };
  const scoreMin = options.detectorScoreMin ?? pack.detector.scoreThreshold;
  const flipAverage = options.flipAverage ?? pack.embedder.flipAverage;
  const stages: Stages = {
    pack,
    options,
    detector: makeDetector(sessions.detector, pack.detector, options, scoreMin),
    landmarker: makeLandmarker(sessions.landmarks, pack.landmarks),
    embedder: makeEmbedder(sessions.embedder, pack.embedder, flipAverage),
  };
  return {
    async analyse(probe, isCancelled = () => false) {
      const watch = stopwatch(isCancelled);
      const answer = await analyse(stages, probe, watch);
      return { ...answer, timings: { queueMs: 0, ...watch.timings } };
    },
    async close() {
      await Promise.all(Object.values(sessions).map((session) => session.close()));
    },
  };
}
