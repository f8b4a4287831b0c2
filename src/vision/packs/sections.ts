import { z } from "zod";

const positive = z.number().positive().finite();
const tensorName = z.string().min(1);

/** How 8-bit pixels become the floats of an input tensor: (pixel - mean) / std per channel. */
const inputShape = {
  tensor: tensorName,
  /** Order of the channels in the tensor. */
  channels: z.enum(["RGB", "BGR", "GREY"]),
  /** One per channel, in the tensor's order, in grey levels 0..255. */
  mean: z.array(z.number().finite()).min(1).max(3),
  /** One per channel, in the tensor's order, in grey levels. */
  std: z.array(positive).min(1).max(3),
  layout: z.enum(["NCHW", "NHWC"]),
};

interface ChannelLists {
  readonly channels: "RGB" | "BGR" | "GREY";
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

function oneEntryPerChannel({ channels, mean, std }: ChannelLists): boolean {
  const count = channels === "GREY" ? 1 : 3;
  return mean.length === count && std.length === count;
}

const perChannel = "mean and std must have one entry per channel: 3, or 1 for GREY";

const freeInput = z.strictObject(inputShape).refine(oneEntryPerChannel, perChannel);

const squareInput = z
  .strictObject({ ...inputShape, sizePx: z.int().min(16).max(1024) })
  .refine(oneEntryPerChannel, perChannel);
/** A model input; `sizePx` is the side of a square one, absent where any size goes. */
export type SquareInput = z.infer<typeof squareInput>;
export type FreeInput = z.infer<typeof freeInput>;

/**
 * The RFB-320 family of single-shot detectors, cut before its decoding: scores [batch, priors, 2]
 * (background, face; after softmax) and locations [batch, priors, 4] (dx, dy, dw, dh).
 * Priors run over strides, then rows, then columns, then minimum sizes.
 */
export const detectorSchema = z.strictObject({
  family: z.literal("rfb-ssd"),
  input: freeInput,
  outputs: z.strictObject({ scores: tensorName, locations: tensorName }),
  /** Pixels of the input per cell of each feature map. */
  strides: z.array(z.int().positive()).min(1).max(8),
  /** Sides of the priors of each feature map, in pixels of the input. */
  minSizes: z.array(z.array(positive).min(1).max(8)).min(1).max(8),
  variances: z.strictObject({ centre: positive, size: positive }),
  /** Least face score, 0..1, that counts; a setting of the server may raise it. */
  scoreThreshold: z.number().min(0).max(1),
  /** Boxes that overlap a better one by more than this (intersection over union) are dropped. */
  overlapThreshold: z.number().min(0).max(1),
});
export type DetectorSpec = z.infer<typeof detectorSchema>;

const pass = z.strictObject({
  /** What the square crop is centred on: the detector's box, or the box of the last points. */
  around: z.enum(["detection", "points"]),
  /** Side of the crop over the longer side of that box. */
  scale: positive,
});

/** A regressor of points: [batch, 2 x points], x and y alternating, 0..1 in the crop. */
export const landmarksSchema = z
  .strictObject({
    family: z.literal("crop-regression"),
    input: squareInput,
    output: tensorName,
    points: z.int().min(5).max(512),
    /** Crops in order; each refines the one before. */
    passes: z.array(pass).min(1).max(4),
    /** Left eye, right eye, nose tip, left and right mouth corner as seen: points to average. */
    fivePoints: z.array(z.array(z.int().nonnegative()).min(1)).length(5),
  })
  .refine((s) => s.fivePoints.flat().every((i) => i < s.points), {
    path: ["fivePoints"],
    message: "names a point that the model does not have",
  })
  .refine((s) => s.passes[0]?.around === "detection", {
    path: ["passes"],
    message: "the first pass has only the detection to go by",
  });
export type LandmarksSpec = z.infer<typeof landmarksSchema>;

const point = z.tuple([z.number().finite(), z.number().finite()]);

/** A face chip to a vector [batch, dimension], of any length; the engine normalises it. */
export const embedderSchema = z.strictObject({
  input: squareInput,
  output: tensorName,
  dimension: z.int().min(8).max(4096),
  /** Where the five points lie in the chip, in its pixels; pixel centres at whole numbers. */
  alignment: z.array(point).length(5),
  /** Adds the mirrored chip's embedding: a little more accuracy for twice the time. */
  flipAverage: z.boolean(),
});
export type EmbedderSpec = z.infer<typeof embedderSchema>;

/** A passive liveness classifier: logits [batch, classes]. */
export const livenessSchema = z.strictObject({
  input: squareInput,
  output: tensorName,
  /** Side of the square crop over the longer side of the detector's box. */
  cropScale: positive,
  classes: z.int().min(2).max(16),
  /** Which class is a live face. */
  liveClass: z.int().nonnegative(),
});
export type LivenessSpec = z.infer<typeof livenessSchema>;
