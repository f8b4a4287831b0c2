import type { Caller } from "../access/access.js";
import type { AuditEvent, JsonValue } from "../audit/audit.js";
import { abortError, toCordonError } from "../base/errors.js";
import { newId } from "../base/ids.js";
import type { Permit } from "../base/permit.js";
import { decideIdentify } from "../compliance/gate.js";
import type { IdentifyQuery } from "../compliance/rules/rule.js";
import type { Refusal } from "../compliance/violation.js";
import {
  CANDIDATES_SEARCHED_MIN,
  decide,
  type FaceDecision,
  type ScoredPerson,
} from "../decision/decision.js";
import { type Thresholds, thresholdsFor } from "../decision/thresholds.js";
import type { VisionTimings } from "../vision/port.js";
import { actorOf, type Engine } from "./engine.js";
import { findEnrolled } from "./find-enrolled.js";
import { type Probe, type Seen, type SeenFace, see, wipe } from "./probe.js";
import { countDrop } from "./query-drops.js";
import { coarseScore } from "./score.js";

/** The peer's address is the caller's, and nothing that a request could say. */
export interface IdentifyRequest extends Omit<IdentifyQuery, "peerAddress"> {
  readonly probe: Probe;
  readonly captureTimeMs: number | null;
  /** Candidates to list for each face: 1 to 100. */
  readonly topK: number;
  /** A stricter threshold that the caller asks for, or null. */
  readonly threshold: number | null;
}

export interface IdentifiedCandidate extends ScoredPerson {
  readonly externalReference: string;
}

export type IdentifiedFace = Omit<SeenFace, "embedding"> & FaceDecision<IdentifiedCandidate>;

export interface IdentifyAnswer extends Omit<Seen, "faces" | "timings"> {
  readonly queryId: string;
  readonly faces: readonly IdentifiedFace[];
  readonly thresholds: Thresholds;
  readonly galleryPersons: number;
  readonly timings: VisionTimings & {
    readonly gateMs: number;
    readonly searchMs: number;
    readonly auditMs: number;
    readonly totalMs: number;
  };
}

export type IdentifyOutcome =
  | { readonly refused: true; readonly refusal: Refusal }
  | { readonly refused: false; readonly answer: IdentifyAnswer };

/**
 * One query, top to bottom: gate, vision, index, decision, audit. The probe's vectors are zeroed
 * before the answer is given back, whatever happens.
 */
export async function identify(
  engine: Engine,
  request: IdentifyRequest,
  caller: Caller,
  signal: AbortSignal,
): Promise<IdentifyOutcome> {
  refuseAborted(engine, signal);
  const queryId = newId();
  const started = performance.now();
  const query = { ...request, peerAddress: caller.address };
  const verdict = decideIdentify(engine.facts, query, engine.clock.nowMs());
  const gateMs = performance.now() - started;
  const record = (details: AuditEvent["details"]) =>
    engine.audit.append({
      act: "identify",
      actor: actorOf(caller),
      details: { queryId, ...describeQuery(request), ...details },
    });

  if (!verdict.permitted) {
    const reasons = verdict.refusal.violations.map((violation) => violation.reason);
    for (const reason of reasons) engine.metrics.refusals.inc({ act: "identify", reason });
    engine.metrics.decisions.inc({ decision: "REFUSED" });
    await record({ outcome: "REFUSED", reasons });
    return { refused: true, refusal: verdict.refusal };
  }

  try {
    const found = await search(engine, verdict.permit, request, signal);
    const beforeAudit = performance.now();
    await record({ outcome: "ANSWERED", ...describeAnswer(engine, found) });
    const ended = performance.now();
    const timings = {
      ...found.timings,
      gateMs,
      auditMs: ended - beforeAudit,
      totalMs: ended - started,
    };
    observe(engine, found.faces, timings, found.facesDropped);
    return { refused: false, answer: { queryId, ...found, timings } };
  } catch (thrown) {
    const error = toCordonError(thrown);
    countDrop(engine, error);
    // The gate let it through, so what became of it is on record too.
    await record({ outcome: "FAILED", reason: error.reason });
    throw thrown;
  }
}

/** Nothing is decided, so nothing is recorded, of a query that nobody waits for any more. */
function refuseAborted(engine: Engine, signal: AbortSignal): void {
  if (!signal.aborted) return;
  const error = abortError(signal);
  countDrop(engine, error);
  throw error;
}

/** Vision, index and decision: the part that touches biometric data, which ends here. */
async function search(
  engine: Engine,
  permit: Permit,
  request: IdentifyRequest,
  signal: AbortSignal,
) {
  const { galleryId, topK } = request;
  const seen = await see(engine.vision, permit, request.probe, "probe", signal);
  try {
    const searchStarted = performance.now();
    const vectors = seen.faces.map((face) => face.embedding);
    const k = Math.max(topK, CANDIDATES_SEARCHED_MIN);
    const lists =
      vectors.length === 0 ? [] : await engine.index.search(permit, galleryId, vectors, k, signal);
    const galleryPersons = engine.index.stats(galleryId)?.persons ?? 0;
    const thresholds = thresholdsFor(engine.policy, galleryPersons, request.threshold);
    const faces: IdentifiedFace[] = [];
    for (const [position, { embedding, ...face }] of seen.faces.entries()) {
      const list = lists[position] ?? [];
      const near = { galleryId, vector: embedding, scoreMin: thresholds.review };
      const enrolled = await findEnrolled(engine, permit, near, list, k, signal);
      const acceptable = face.quality?.acceptable ?? true;
      faces.push({ ...face, ...coarse(decide(enrolled, acceptable, thresholds, { topK })) });
    }
    const timings = { ...seen.timings, searchMs: performance.now() - searchStarted };
    return { ...seen, faces, thresholds, galleryPersons, timings };
  } finally {
    wipe(seen.faces);
  }
}

/** Decides with exact scores, answers and records coarse ones. */
function coarse<Decision extends FaceDecision<IdentifiedCandidate>>(decision: Decision): Decision {
  const candidates = decision.candidates.map((candidate) => ({
    ...candidate,
    score: coarseScore(candidate.score),
  }));
  return { ...decision, candidates };
}

function describeQuery(request: IdentifyRequest): Record<string, JsonValue> {
  return {
    zoneId: request.zoneId,
    cameraId: request.cameraId,
    galleryId: request.galleryId,
    purpose: request.purpose,
    probe: request.probe.kind,
    captureTimeMs: request.captureTimeMs,
  };
}

function describeAnswer(
  engine: Engine,
  found: Pick<IdentifyAnswer, "faces" | "thresholds" | "facesDropped">,
): Record<string, JsonValue> {
  return {
    modelPack: engine.vision.info.modelPack,
    threshold: found.thresholds.match,
    reviewThreshold: found.thresholds.review,
    facesDropped: found.facesDropped,
    faces: found.faces.map((face) => ({
      decision: face.decision,
      reviewReasons: face.reviewReasons,
      candidates: face.candidates.map(({ personId, score }) => ({ personId, score })),
    })),
  };
}

function observe(
  engine: Engine,
  faces: readonly IdentifiedFace[],
  timings: IdentifyAnswer["timings"],
  facesDropped: number,
): void {
  for (const face of faces) engine.metrics.decisions.inc({ decision: face.decision });
  if (facesDropped > 0) engine.metrics.facesDropped.inc(facesDropped);
  for (const [name, milliseconds] of Object.entries(timings)) {
    engine.metrics.stageSeconds.observe({ stage: name.slice(0, -2) }, milliseconds / 1000);
  }
}
