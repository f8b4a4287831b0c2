import { CordonError, invalidField } from "../base/errors.js";
import type { Permit } from "../base/permit.js";
import type { Vision } from "../vision/port.js";
import { checkEmbedding, type Probe, type SeenFace, see, wipe } from "./probe.js";

/**
 * The faces of sources that are all embeddings, which need no model; null when one is a picture, or
 * when one is refused. `seeAll` says why, of all of them at once.
 */
export function embeddedFaces(
  vision: Pick<Vision, "info">,
  sources: readonly Probe[],
): readonly SeenFace[] | null {
  const faces: SeenFace[] = [];
  try {
    for (const source of sources) {
      if (source.kind !== "embedding") return null;
      const embedding = checkEmbedding(source, vision, "sources");
      faces.push({ box: null, landmarks: [], quality: null, embedding });
    }
    return faces;
  } catch {
    wipe(faces);
    return null;
  }
}

/** One fit face of every source; on any failure the vectors made so far are zeroed. */
export async function seeAll(
  vision: Vision,
  permit: Permit,
  sources: readonly Probe[],
  signal: AbortSignal,
): Promise<readonly SeenFace[]> {
  const settled = await Promise.allSettled(
    sources.map((source, position) =>
      seeOne(vision, permit, source, `sources[${position}]`, signal),
    ),
  );
  const faces = settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const failures = settled.flatMap((result) =>
    result.status === "rejected" ? [result.reason as unknown] : [],
  );
  if (failures.length === 0) return faces;
  wipe(faces);
  throw joinFieldErrors(failures);
}

/** All that is wrong with the sources as one error, when each is the caller's fault. */
function joinFieldErrors(failures: readonly unknown[]): unknown {
  const first = failures[0];
  const own = failures.filter(
    (failure) => failure instanceof CordonError && failure.status === "INVALID_ARGUMENT",
  ) as CordonError[];
  const [head] = own;
  if (own.length < failures.length) {
    return failures.find((failure) => !own.includes(failure as CordonError)) ?? first;
  }
  if (head === undefined || own.length === 1) return first;
  return new CordonError({
    status: "INVALID_ARGUMENT",
    reason: head.reason,
    message: own.map((error) => error.message).join(" "),
    fields: own.flatMap((error) => error.fields),
  });
}

async function seeOne(
  vision: Vision,
  permit: Permit,
  source: Probe,
  field: string,
  signal: AbortSignal,
): Promise<SeenFace> {
  const seen = await see(vision, permit, source, field, signal).catch((thrown: unknown) => {
    throw withField(thrown, field);
  });
  const [face] = seen.faces;
  const fault = faultOf(seen.faces);
  if (face !== undefined && fault === null) return face;
  wipe(seen.faces);
  const { reason, description } = fault ?? { reason: "FACE_NOT_FOUND", description: "no face" };
  throw invalidField(field, description, reason);
}

/**
 * Least distance between the eyes of a face to enrol, pixels. A probe may be smaller: it is seen
 * once, and a template is compared for as long as it is kept.
 */
export const ENROL_EYE_DISTANCE_PX_MIN = 24;

/** Why these faces cannot become a template, or null when there is exactly one fit face. */
function faultOf(faces: readonly SeenFace[]): { reason: string; description: string } | null {
  const [face] = faces;
  if (face === undefined) {
    return { reason: "FACE_NOT_FOUND", description: "no face was found in the picture" };
  }
  if (faces.length > 1) {
    const description = `${faces.length} faces were found; send a picture of this person alone`;
    return { reason: "FACE_MULTIPLE", description };
  }
  if (face.quality !== null && !face.quality.acceptable) {
    const why = face.quality.reasons.join(", ");
    return { reason: "FACE_QUALITY_POOR", description: `the face is not fit to enrol: ${why}` };
  }
  if (face.quality !== null && face.quality.eyeDistancePx < ENROL_EYE_DISTANCE_PX_MIN) {
    const distance = Math.round(face.quality.eyeDistancePx);
    const description =
      `the face is not fit to enrol: TOO_SMALL, the eyes are ${distance} pixels apart and ` +
      `${ENROL_EYE_DISTANCE_PX_MIN} are needed`;
    return { reason: "FACE_QUALITY_POOR", description };
  }
  return null;
}

/** Names the source in an error that vision raised about its picture. */
function withField(thrown: unknown, field: string): unknown {
  if (!(thrown instanceof CordonError) || thrown.status !== "INVALID_ARGUMENT") return thrown;
  if (thrown.fields.some((fault) => fault.field.startsWith(field))) return thrown;
  const { message } = thrown;
  const faults = thrown.fields.length > 0 ? thrown.fields : [{ field: "", description: message }];
  return new CordonError({
    status: thrown.status,
    reason: thrown.reason,
    message: `${field}: ${message}`,
    fields: faults.map((fault) => ({
      ...fault,
      field: fault.field === "" ? field : `${field}.${fault.field}`,
    })),
    cause: thrown,
  });
}
