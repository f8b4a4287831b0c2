import { setMaxListeners } from "node:events";
import type { Caller } from "../access/access.js";
import type { AuditEvent, JsonValue } from "../audit/audit.js";
import { abortError, toCordonError } from "../base/errors.js";
import { newId } from "../base/ids.js";
import type { Permit } from "../base/permit.js";
import { settleAll } from "../base/settle-all.js";
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
  | { readonly refused: false; readonly answer: IdentifyAnswer; readonly standing: Standing };

/** Whether an answer that had to wait may still be given. */
export interface Standing {
  /** False when somebody whom it names was erased since. */
  stands(): boolean;
  /** Puts on record that it was not given. */
  withdraw(): Promise<unknown>;
}

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
  if (request.probe.kind !== "embedding") return decided(engine, request, caller, signal);
  const line = lineOf(engine, request);
  try {
    await engine.turns.begin(line, signal);
  } catch (thrown) {
    countDrop(engine, toCordonError(thrown));
    throw thrown;
  }
  try {
    return await decided(engine, request, caller, signal);
  } finally {
    engine.turns.end(line);
  }
}

/** Cameras that nobody registered share a line, or made-up names would each have a turn. */
function lineOf({ facts }: Engine, { cameraId }: IdentifyRequest): string {
  return facts.camera(cameraId) === undefined ? "" : cameraId;
}

async function decided(
  engine: Engine,
  request: IdentifyRequest,
  caller: Caller,
  signal: AbortSignal,
): Promise<IdentifyOutcome> {
  refuseAborted(engine, signal);
  const queryId = newId();
  const started = performance.now();
  const query = { ...request, peerAddress: caller.address };
  const described = describeQuery(queryId, request);
  const verdict = decideIdentify(engine.facts, query, engine.clock.nowMs());
  const gateMs = performance.now() - started;
  const record = (details: AuditEvent["details"]) =>
    engine.audit.append({ act: "identify", actor: actorOf(caller), details });

  if (!verdict.permitted) {
    const reasons = verdict.refusal.violations.map((violation) => violation.reason);
    for (const reason of reasons) engine.metrics.refusals.inc({ act: "identify", reason });
    engine.metrics.decisions.inc({ decision: "REFUSED" });
    await record({ ...described, outcome: "REFUSED", reasons });
    return { refused: true, refusal: verdict.refusal };
  }

  try {
    const found = await search(engine, verdict.permit, request, signal);
    const { stands } = found;
    // Without the request, which holds the picture.
    const withdraw = () => record({ ...described, outcome: "FAILED", reason: "PERSON_ERASED" });
    const beforeAudit = performance.now();
    await record(describeAnswer(engine, queryId, request, found));
    const ended = performance.now();
    const { queueMs, decodeMs, detectMs, alignMs, embedMs } = found.seen.timings;
    const timings = {
      ...{ queueMs, decodeMs, detectMs, alignMs, embedMs, gateMs, searchMs: found.searchMs },
      ...{ auditMs: ended - beforeAudit, totalMs: ended - started },
    };
    observe(engine, request.probe, found, timings);
    return {
      refused: false,
      answer: toAnswer(queryId, found, timings),
      standing: { stands, withdraw },
    };
  } catch (thrown) {
    const error = toCordonError(thrown);
    countDrop(engine, error);
    // The gate let it through, so what became of it is on record too.
    const { reason } = error;
    await record({ ...described, outcome: "FAILED", reason });
    throw thrown;
  }
}

function toAnswer(queryId: string, found: Found, timings: IdentifyAnswer["timings"]) {
  const { seen, faces, thresholds, galleryPersons } = found;
  const { width, height, facesDropped } = seen;
  return { queryId, width, height, facesDropped, faces, thresholds, galleryPersons, timings };
}

/** What a search gave: everything but the vectors. */
interface Found {
  readonly seen: Seen;
  readonly faces: readonly IdentifiedFace[];
  readonly thresholds: Thresholds;
  readonly galleryPersons: number;
  readonly searchMs: number;
  readonly stands: Standing["stands"];
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
): Promise<Found> {
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
    const decideOne = async (face: SeenFace, position: number) => {
      const near = { galleryId, vector: face.embedding, scoreMin: thresholds.review };
      const list = lists[position] ?? [];
      const enrolled = await findEnrolled(engine, permit, near, list, k, signal);
      const acceptable = face.quality?.acceptable ?? true;
      return withoutVector(face, decide(enrolled, acceptable, thresholds, { topK }));
    };
    // Searches that are widened listen to it, one for each face.
    if (seen.faces.length > 1) setMaxListeners(0, signal);
    const lasting = await lastingly(engine, () => settleAll(seen.faces.map(decideOne)));
    const searchMs = performance.now() - searchStarted;
    return { seen, ...lasting, thresholds, galleryPersons, searchMs };
  } finally {
    wipe(seen.faces);
  }
}

/**
 * Decides again when somebody was erased between the look-ups of two faces. So an answer goes on
 * record before the erasure of anybody whom it names.
 */
async function lastingly(
  { erased }: Pick<Engine, "erased">,
  decideAll: () => Promise<readonly IdentifiedFace[]>,
): Promise<Pick<Found, "faces" | "stands">> {
  for (;;) {
    const since = erased.position;
    const faces = await decideAll();
    const named = faces.flatMap(({ candidates }) => candidates.map(({ personId }) => personId));
    const stands = () => !erased.hasAny(named, since);
    if (stands()) return { faces, stands };
  }
}

/** A face without its vector. Decides with exact scores, answers and records coarse ones. */
function withoutVector(
  face: SeenFace,
  decision: FaceDecision<IdentifiedCandidate>,
): IdentifiedFace {
  const { box, landmarks, quality } = face;
  const { personId, reviewReasons } = decision;
  const candidates = decision.candidates.map((candidate) => ({
    ...candidate,
    score: coarseScore(candidate.score),
  }));
  return {
    ...{ box, landmarks, quality, candidates, personId, reviewReasons },
    decision: decision.decision,
  };
}

function describeQuery(queryId: string, request: IdentifyRequest): Record<string, JsonValue> {
  const { zoneId, cameraId, galleryId, purpose, probe, captureTimeMs } = request;
  return { queryId, zoneId, cameraId, galleryId, purpose, probe: probe.kind, captureTimeMs };
}

/** In the order of the canonical form, which is then not sorted: one is made for every query. */
function describeAnswer(
  engine: Engine,
  queryId: string,
  request: IdentifyRequest,
  { seen, faces, thresholds }: Found,
): Record<string, JsonValue> {
  return {
    cameraId: request.cameraId,
    captureTimeMs: request.captureTimeMs,
    faces: faces.map((face) => ({
      candidates: face.candidates.map(({ personId, score }) => ({ personId, score })),
      decision: face.decision,
      reviewReasons: face.reviewReasons,
    })),
    facesDropped: seen.facesDropped,
    galleryId: request.galleryId,
    modelPack: engine.vision.info.modelPack,
    outcome: "ANSWERED",
    probe: request.probe.kind,
    purpose: request.purpose,
    queryId,
    reviewThreshold: thresholds.review,
    threshold: thresholds.match,
    zoneId: request.zoneId,
  };
}

/** Stages that every query goes through, and those of a picture. */
const everyStage = ["gate", "search", "audit", "total"] as const;
const pictureStages = ["queue", "decode", "detect", "align", "embed", ...everyStage] as const;

function observe(
  { metrics }: Engine,
  probe: Probe,
  { faces, seen }: Found,
  timings: IdentifyAnswer["timings"],
): void {
  for (const { decision } of faces) metrics.decisions.inc({ decision });
  if (seen.facesDropped > 0) metrics.facesDropped.inc(seen.facesDropped);
  for (const stage of probe.kind === "embedding" ? everyStage : pictureStages) {
    metrics.stageSeconds.observe({ stage }, timings[`${stage}Ms`] / 1000);
  }
}
