import type { Caller } from "../access/access.js";
import { authorise } from "../access/authorise.js";
import { abortError, CordonError, invalidField, notFound } from "../base/errors.js";
import { checkedReason } from "../base/reason.js";
import { decideEnrol } from "../compliance/gate.js";
import { isUnder14 } from "../compliance/rules/age.js";
import type { Enrolment } from "../compliance/rules/rule.js";
import type { Refusal } from "../compliance/violation.js";
import type { PersonDetails } from "../store/person-records.js";
import { actorOf, type Engine } from "./engine.js";
import { embeddedFaces, seeAll } from "./enrol-faces.js";
import { type Probe, wipe } from "./probe.js";
import {
  DuplicateSuspected,
  type Enrolled,
  type EnrolledTemplate,
  type Resolution,
} from "./roster/enrol-job.js";
import { requestDigestOf, requestKeyOf } from "./roster/request-key.js";

export interface EnrolRequest extends Enrolment {
  readonly displayName: string;
  readonly externalReference: string;
  readonly sources: readonly Probe[];
  /** The caller's own, for sending it again; empty for none. */
  readonly requestId: string;
  /** What the caller says about a likely duplicate. */
  readonly resolution: Resolution | null;
}

export type EnrolOutcome =
  | { readonly refused: true; readonly refusal: Refusal }
  | {
      readonly refused: false;
      readonly personId: string;
      readonly modelPack: string;
      readonly templates: readonly EnrolledTemplate[];
      readonly already: boolean;
      readonly mergeId: string;
    };

export const GALLERIES_PER_PERSON_MAX = 64;
export const SOURCES_PER_PERSON_MAX = 16;
export const NAME_CHARACTERS_MAX = 200;
export const DISTINCT_PERSONS_MAX = 64;

/**
 * Enrols one person, all or nothing: gate, one fit face from every source, then the roster, where
 * it is searched for among all who are enrolled, sealed, stored and indexed. Searchable and on
 * record when the promise resolves.
 * @throws CordonError ALREADY_EXISTS DUPLICATE_SUSPECTED, and as `checkRequest` and vision do
 */
export async function enrol(
  engine: Engine,
  request: EnrolRequest,
  caller: Caller,
  signal: AbortSignal,
): Promise<EnrolOutcome> {
  try {
    return await enrolInto(engine, request, { caller, signal, reviewed: false });
  } catch (thrown) {
    if (!(thrown instanceof DuplicateSuspected)) throw thrown;
    throw duplicateError(thrown, caller);
  }
}

/**
 * The same, with likely duplicates as they are.
 * @throws DuplicateSuspected, on record
 */
export async function enrolInto(
  engine: Engine,
  request: EnrolRequest,
  from: { readonly caller: Caller; readonly signal: AbortSignal; readonly reviewed: boolean },
): Promise<EnrolOutcome> {
  checkRequest(engine, request);
  const { caller, signal } = from;
  const requestKey = requestKeyOf(caller.name, request.requestId);
  const verdict = decideEnrol(engine.facts, request, engine.clock.nowMs());
  if (!verdict.permitted) {
    await recordRefusal(engine, request, caller, verdict.refusal);
    return { refused: true, refusal: verdict.refusal };
  }
  const requestDigest = requestDigestOf(request);
  const { permit, lawfulBasis, retentionDeadlineMs } = verdict;
  const { sources } = request;
  const embedded = embeddedFaces(engine.vision, sources);
  const faces = embedded ?? (await seeAll(engine.vision, permit, sources, signal));
  try {
    // Past this point it is stored: an enrolment whose caller has gone must not be.
    if (signal.aborted) throw abortError(signal);
    const details = detailsOf(request, requestDigest);
    const { galleryIds, purpose, requestId, resolution } = request;
    const basis = { permit, lawfulBasis, retentionDeadlineMs };
    const job = { ...from, ...basis, galleryIds, purpose, details, faces, requestId, requestKey };
    const enrolled = await onRecord(engine.roster.together({ ...job, resolution }));
    const { personId, templates, already, mergeId } = enrolled;
    const { modelPack } = engine.vision.info;
    return { refused: false, personId, modelPack, templates, already, mergeId };
  } finally {
    wipe(faces);
  }
}

/** Nothing is answered before it is on record, a refusal neither. */
async function onRecord(outcome: Promise<Enrolled>): Promise<Enrolled> {
  const enrolled = await outcome.catch(async (thrown: unknown) => {
    if (thrown instanceof DuplicateSuspected) await thrown.recorded;
    throw thrown;
  });
  await enrolled.recorded;
  return enrolled;
}

async function recordRefusal(
  engine: Engine,
  { galleryIds, requestId }: EnrolRequest,
  caller: Caller,
  refusal: Refusal,
): Promise<void> {
  const reasons = refusal.violations.map(({ reason }) => reason);
  for (const reason of reasons) engine.metrics.refusals.inc({ act: "enrol", reason });
  await engine.audit.append({
    act: "enrol",
    actor: actorOf(caller),
    details: { outcome: "REFUSED", reasons, galleryIds: [...galleryIds], requestId },
  });
}

/** The error of a likely duplicate. Who it may be is told to those who may see persons. */
export function duplicateError({ suspects }: DuplicateSuspected, caller: Caller): CordonError {
  const maySee = authorise(caller, "read-persons") === null;
  return new CordonError({
    status: "ALREADY_EXISTS",
    reason: "DUPLICATE_SUSPECTED",
    message:
      `This face looks like ${suspects.length === 1 ? "a person who is" : "persons who are"} ` +
      "enrolled already. Say which it is: link it to that person, or confirm that it is another.",
    metadata: maySee
      ? {
          suspects: suspects.map(({ personId, score }) => `${personId}:${score.toFixed(2)}`).join(),
        }
      : {},
  });
}

function checkRequest(engine: Engine, request: EnrolRequest): void {
  const { galleryIds, sources, age } = request;
  if (galleryIds.length === 0 || galleryIds.length > GALLERIES_PER_PERSON_MAX) {
    throw invalidField("gallery_ids", `name 1 to ${GALLERIES_PER_PERSON_MAX} galleries`);
  }
  if (new Set(galleryIds).size !== galleryIds.length) {
    throw invalidField("gallery_ids", "names a gallery twice");
  }
  if (sources.length === 0 || sources.length > SOURCES_PER_PERSON_MAX) {
    throw invalidField("sources", `give 1 to ${SOURCES_PER_PERSON_MAX} pictures or embeddings`);
  }
  for (const galleryId of galleryIds) {
    if (engine.index.stats(galleryId) === null) throw notFound("gallery", galleryId);
  }
  const texts = [
    ["display_name", request.displayName],
    ["external_reference", request.externalReference],
  ] as const;
  for (const [field, text] of texts) {
    if (text.length > NAME_CHARACTERS_MAX) {
      throw invalidField(field, `must have at most ${NAME_CHARACTERS_MAX} characters`);
    }
  }
  checkResolution(request.resolution);
  if (age !== null && isUnder14(age, engine.clock.nowMs()) === null) {
    throw invalidField("birth_date", "must be a day up to today, as YYYY-MM-DD");
  }
}

function checkResolution(resolution: Resolution | null): void {
  if (resolution?.kind !== "distinct") return;
  const { personIds, reason } = resolution;
  if (personIds.length === 0 || personIds.length > DISTINCT_PERSONS_MAX) {
    throw invalidField("confirm_distinct.person_ids", `name 1 to ${DISTINCT_PERSONS_MAX} persons`);
  }
  checkedReason(reason, "confirm_distinct.reason");
}

/** What identifies the person, to be sealed. The age too: when the rules change, it counts again. */
function detailsOf(
  { displayName, externalReference, age }: EnrolRequest,
  requestDigest: string,
): PersonDetails {
  const birthDate = age !== null && "birthDate" in age ? age.birthDate : "";
  const ageBand = age !== null && "band" in age ? age.band : "";
  return { displayName, externalReference, birthDate, ageBand, requestDigest };
}
