import type { Caller } from "../access/access.js";
import { CordonError, notFound } from "../base/errors.js";
import { assessmentFingerprint } from "../compliance/fingerprint.js";
import { unweighed } from "../compliance/rules/assessment.js";
import {
  type RawAssessment,
  validateApproval,
  validateAssessment,
  yearsAfter,
} from "../compliance/validate-assessment.js";
import type { ImpactAssessment } from "../store/gate-records.js";
import type { Page, PageRequest } from "../store/store.js";
import { dropRecord, fingerprintsOf, isZone, keepRecord } from "./compliance-record.js";
import type { Engine } from "./engine.js";
import { recordOf } from "./validated.js";

/** Years for which an approved assessment is kept at least (Art. 9). */
export const ASSESSMENT_KEPT_YEARS = 3;

/** Zones that an error says something about at most. */
const ZONES_SHOWN_MAX = 3;

/**
 * Records an assessment as a draft, or replaces a draft. It covers the purpose and the method that
 * its zones have at this moment, and weighs the incidents that are known by now. One that is
 * approved is never changed.
 */
export function recordAssessment(
  engine: Engine,
  raw: RawAssessment,
  caller: Caller,
): Promise<ImpactAssessment> {
  return engine.exclusive(async () => {
    const nowMs = engine.clock.nowMs();
    const draft = recordOf(validateAssessment(raw, isZone(engine), nowMs));
    const before = await engine.store.getRecord("assessment", draft.assessmentId);
    if (before !== null) requireDraft(before);
    const assessment = {
      ...draft,
      createdAtMs: before?.createdAtMs ?? nowMs,
      fingerprints: fingerprintsOf(engine, draft.zoneIds, assessmentFingerprint),
    };
    const change = { act: "assessment.record", details: describe(assessment) };
    await keepRecord(engine, "assessment", assessment, change, caller);
    return assessment;
  });
}

/**
 * Approves a draft as it was recorded. Refused when a zone's purpose or method has changed since,
 * or an incident has become known: nobody has weighed that.
 */
export function approveAssessment(
  engine: Engine,
  assessmentId: string,
  approver: string,
  caller: Caller,
): Promise<ImpactAssessment> {
  return engine.exclusive(async () => {
    const draft = await getAssessment(engine, assessmentId);
    requireDraft(draft);
    const approval = recordOf(validateApproval({ approver }, draft, engine.clock.nowMs()));
    requireWeighed(engine, draft);
    const assessment = { ...draft, ...approval, state: "APPROVED" } as const;
    const change = { act: "assessment.approve", details: describe(assessment) };
    await keepRecord(engine, "assessment", assessment, change, caller);
    return assessment;
  });
}

export async function getAssessment(
  engine: Engine,
  assessmentId: string,
): Promise<ImpactAssessment> {
  const assessment = await engine.store.getRecord("assessment", assessmentId);
  if (assessment === null) throw notFound("impact assessment", assessmentId);
  return assessment;
}

export function listAssessments(
  engine: Engine,
  zoneId: string | null,
  page: PageRequest,
): Promise<Page<ImpactAssessment>> {
  return engine.store.listRecords("assessment", zoneId, page);
}

/** Deletes a draft at any time, and an approved one when the law no longer wants it kept. */
export function deleteAssessment(
  engine: Engine,
  assessmentId: string,
  caller: Caller,
): Promise<void> {
  return engine.exclusive(async () => {
    const assessment = await getAssessment(engine, assessmentId);
    requireNotKept(assessment, engine.clock.nowMs());
    const change = { act: "assessment.delete", details: describe(assessment) };
    await dropRecord(engine, "assessment", assessment, change, caller);
  });
}

function requireNotKept({ assessmentId, approvedAtMs }: ImpactAssessment, nowMs: number): void {
  if (approvedAtMs === null) return;
  const keptUntilMs = yearsAfter(approvedAtMs, ASSESSMENT_KEPT_YEARS);
  if (nowMs >= keptUntilMs) return;
  throw new CordonError({
    status: "FAILED_PRECONDITION",
    reason: "KEPT_BY_LAW",
    message:
      `Impact assessment "${assessmentId}" was approved, so it is kept until ` +
      `${new Date(keptUntilMs).toISOString()}, ${ASSESSMENT_KEPT_YEARS} years at least (Art. 9).`,
  });
}

function requireDraft({ assessmentId, state }: ImpactAssessment): void {
  if (state === "DRAFT") return;
  throw new CordonError({
    status: "FAILED_PRECONDITION",
    reason: "STATE_TRANSITION_INVALID",
    message:
      `Impact assessment "${assessmentId}" is ${state} and is never changed. ` +
      "Record a new one under another id.",
  });
}

function requireWeighed({ facts }: Pick<Engine, "facts">, draft: ImpactAssessment): void {
  const gaps = draft.zoneIds.flatMap((zoneId) => {
    const fact = facts.zone(zoneId);
    if (fact === undefined) throw notFound("zone", zoneId);
    const own = unweighed(draft, fact);
    return own.length === 0 ? [] : [`Zone "${zoneId}": ${own.join(" ")}`];
  });
  if (gaps.length === 0) return;
  const more = gaps.length - ZONES_SHOWN_MAX;
  const others = more > 0 ? ` So it is with ${more} more of its zones.` : "";
  throw new CordonError({
    status: "FAILED_PRECONDITION",
    reason: "PIA_OUTDATED",
    message:
      `Impact assessment "${draft.assessmentId}" is outdated before it is approved (Art. 9). ` +
      `${gaps.slice(0, ZONES_SHOWN_MAX).join(" ")}${others} Weigh that, record the draft anew ` +
      "(ImpactAssessmentService.RecordImpactAssessment), and have that approved.",
  });
}

function describe(assessment: ImpactAssessment) {
  const { assessmentId, state, zoneIds, trigger, documentSha256 } = assessment;
  return { assessmentId, state, zoneIds: [...zoneIds], trigger, documentSha256 };
}
