import { z } from "zod";
import { isSlug } from "../../base/ids.js";
import { detectorSchema, embedderSchema, landmarksSchema, livenessSchema } from "./sections.js";

const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/, "must be a SHA-256 in 64 lower-case hexadecimal digits");

/** A bare file name: never a path, so that no manifest reaches outside its folder. */
const fileName = z
  .string()
  .max(128)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "must be a bare file name");

export const packNameSchema = z
  .string()
  .refine(isSlug, "must be a slug: a-z, 0-9 and hyphens, a letter first, 1 to 63 characters");

/** One dimension of a tensor: a fixed size, or the name of a free one. */
const dimension = z.union([z.int().positive(), z.string().min(1)]);

/** One rewrite of a graph (`prepare/rewrites.ts` has what each does). */
export const rewriteSchema = z.discriminatedUnion("rewrite", [
  z.strictObject({
    rewrite: z.literal("cut"),
    /** Tensors that become the outputs, in order; all that only served others is dropped. */
    outputs: z.array(z.strictObject({ tensor: z.string(), name: z.string() })).min(1),
  }),
  z.strictObject({
    rewrite: z.literal("shape"),
    /** An input or output of the graph, and the shape to declare for it. */
    tensor: z.string(),
    dimensions: z.array(dimension).min(1).max(8),
  }),
  z.strictObject({
    rewrite: z.literal("free-batch"),
    /** Shape constant of a Reshape whose first entry is a fixed batch of 1. */
    constant: z.string(),
  }),
  z.strictObject({
    rewrite: z.literal("fold-output"),
    /** The output of the graph: a 1x1 convolution and a Reshape to [batch, channels]. */
    tensor: z.string(),
    /** Channels to keep. */
    dimension: z.int().positive(),
  }),
]);
export type Rewrite = z.infer<typeof rewriteSchema>;

const packFileSchema = z.strictObject({
  /** Name in `models/<pack>/`, the file that is loaded. */
  file: fileName,
  /** SHA-256 of that file. Preparation is bit for bit the same on every machine. */
  sha256,
  /** Where it is made from; absent when the file is put there by hand. */
  from: z.strictObject({ file: fileName, sha256 }).optional(),
  /** Rewrites from source to file, in order; empty or absent: the same bytes. */
  preparation: z.array(rewriteSchema).max(32).optional(),
});
export type PackFile = z.infer<typeof packFileSchema>;

const sourceSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("npm"),
    package: z.string().regex(/^(@[a-z0-9._~-]+\/)?[a-z0-9][a-z0-9._~-]*$/),
    version: z.string().regex(/^\d+\.\d+\.\d+[0-9A-Za-z.+-]*$/, "must be one exact version"),
    tarballSha256: sha256,
    /** Folder of the files inside the tarball, for example `package/model`. */
    folder: z.string().min(1),
  }),
  z.strictObject({
    kind: z.literal("local"),
    /** Where the sources lie, relative to the manifest; absent: nothing has to be prepared. */
    folder: z.string().min(1).optional(),
  }),
]);
export type PackSource = z.infer<typeof sourceSchema>;

/** A section with its file, or the name of the pack to borrow both from. */
const borrowed = z.strictObject({ borrow: packNameSchema });
export type Borrowed = z.infer<typeof borrowed>;

const tailPoint = z.tuple([z.number().min(-1).max(1), z.number().max(0)]);

const calibrationSchema = z.strictObject({
  comment: z.string(),
  /** What it was estimated on. */
  dataset: z.string(),
  impostorPairs: z.int().nonnegative(),
  /** [cosine threshold, log10 of the share of impostor pairs at or above it], rising thresholds. */
  impostorTail: z
    .array(tailPoint)
    .min(2)
    .max(256)
    .refine(
      (tail) =>
        tail.every(([cosine, log10], i) => {
          const before = tail[i - 1];
          return before === undefined || (cosine > before[0] && log10 <= before[1]);
        }),
      "thresholds must rise and the false match rate must not",
    ),
});
export type Calibration = z.infer<typeof calibrationSchema>;

const manifestFields = z.strictObject({
  schema: z.literal(1),
  /** Stored with every template; templates of different packs are never compared. */
  name: packNameSchema,
  description: z.string().min(1),
  source: sourceSchema,
  licence: z.strictObject({
    /** SPDX identifier, or words, of the code the weights came with. */
    code: z.string().min(1),
    weights: z.string().min(1),
    notes: z.string().optional(),
  }),
  /** What is known of the training data; say so when nothing is. */
  trainingData: z.string().min(1),
  detector: z.union([borrowed, detectorSchema.extend({ file: packFileSchema })]),
  landmarks: z.union([borrowed, landmarksSchema.safeExtend({ file: packFileSchema })]),
  embedder: embedderSchema.extend({ file: packFileSchema }),
  liveness: livenessSchema.extend({ file: packFileSchema }).optional(),
  calibration: calibrationSchema,
});

/** `models/<name>.json`: all that the engine knows of a set of models. See docs/models.md. */
export const packManifestSchema = manifestFields
  .refine((m) => namesOf(m).length === new Set(namesOf(m)).size, {
    message: "two models have files of the same name",
  })
  .refine((m) => !(m.source.kind === "local" && m.source.folder === undefined && hasFrom(m)), {
    path: ["source", "folder"],
    message: 'is needed, because a file says "from"',
  });
export type PackManifest = z.infer<typeof packManifestSchema>;

/** The pack's own files, in the order of its sections; what it borrows is another pack's. */
export function ownFiles(manifest: z.infer<typeof manifestFields>): PackFile[] {
  const { detector, landmarks, embedder, liveness } = manifest;
  const sections = [detector, landmarks, embedder, ...(liveness === undefined ? [] : [liveness])];
  return sections.flatMap((section) => ("file" in section ? [section.file] : []));
}

function namesOf(manifest: z.infer<typeof manifestFields>): string[] {
  return ownFiles(manifest).map(({ file }) => file);
}

function hasFrom(manifest: z.infer<typeof manifestFields>): boolean {
  return ownFiles(manifest).some(({ from }) => from !== undefined);
}
