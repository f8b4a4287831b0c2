import { assessmentTriggers, type ImpactAssessment } from "../store/gate-records.js";
import { type Checks, createChecks, type Validated } from "./checks.js";

/** Longest of the four statutory parts, characters. */
export const ASSESSMENT_PART_LENGTH_MAX = 20_000;
/** An assessment must be made anew after so many years at most. */
export const ASSESSMENT_YEARS_MAX = 3;
export const APPROVER_LENGTH_MAX = 100;

/** What a caller says of an impact assessment (`cordon.v1.ImpactAssessment`), unchecked. */
export interface RawAssessment {
  readonly assessmentId: string;
  readonly zoneIds: readonly string[];
  /** One of `assessmentTriggers`; anything else is refused. */
  readonly trigger: string;
  readonly lawfulness: string;
  readonly impact: string;
  readonly risks: string;
  readonly measures: string;
  readonly documentSha256: Uint8Array;
  readonly validUntilMs: number | null;
}

/** A draft but for what its zones are at this moment, which the caller adds. */
export type AssessmentDraft = Omit<ImpactAssessment, "fingerprints">;

/**
 * A draft written now, or every field that is wrong. Whether it may replace the one with its id is
 * for the caller to know.
 * @param isZone says which zones there are
 */
export function validateAssessment(
  raw: RawAssessment,
  isZone: (zoneId: string) => boolean,
  nowMs: number,
): Validated<AssessmentDraft> {
  const checks = createChecks();
  const { assessmentId, lawfulness, impact, risks, measures } = raw;
  checks.slug("assessment.assessment_id", assessmentId);
  const zoneIds = checks.zoneIds("assessment.zone_ids", raw.zoneIds, { has: isZone, min: 1 });
  const trigger = checks.oneOf("assessment.trigger", assessmentTriggers, raw.trigger);
  for (const [name, part] of Object.entries({ lawfulness, impact, risks, measures })) {
    checks.requiredText(`assessment.${name}`, part, ASSESSMENT_PART_LENGTH_MAX);
  }
  const documentSha256 = checks.sha256("assessment.document_sha256", raw.documentSha256);
  const validUntilMs = checkValidity(checks, raw.validUntilMs, nowMs);
  const complete = trigger !== null && documentSha256 !== null && validUntilMs !== null;
  if (checks.fields.length > 0 || !complete) return { ok: false, fields: checks.fields };
  return {
    ok: true,
    record: {
      assessmentId,
      state: "DRAFT",
      zoneIds,
      trigger,
      lawfulness,
      impact,
      risks,
      measures,
      documentSha256,
      validUntilMs,
      createdAtMs: nowMs,
      recordedAtMs: nowMs,
      approver: "",
      approvedAtMs: null,
    },
  };
}

function checkValidity(checks: Checks, ms: number | null, nowMs: number): number | null {
  const field = "assessment.valid_until";
  const validUntilMs = checks.instant(field, ms);
  if (validUntilMs === null) return null;
  if (validUntilMs <= nowMs) return checks.add(field, "is not in the future");
  if (validUntilMs > yearsAfter(nowMs, ASSESSMENT_YEARS_MAX)) {
    return checks.add(field, `must be at most ${ASSESSMENT_YEARS_MAX} years ahead`);
  }
  return validUntilMs;
}

/** The same date and time of day, UTC, in a later year; 1 March for 29 February. */
export function yearsAfter(ms: number, years: number): number {
  const date = new Date(ms);
  return date.setUTCFullYear(date.getUTCFullYear() + years);
}

/** What an approval adds to a draft. */
export type Approval = Pick<ImpactAssessment, "approver"> & { readonly approvedAtMs: number };

/**
 * An approval made now, or every field that is wrong. The state of the assessment, and whether its
 * zones are still what it weighed, is for the caller to look at.
 */
export function validateApproval(
  raw: { readonly approver: string },
  assessment: Pick<ImpactAssessment, "validUntilMs">,
  nowMs: number,
): Validated<Approval> {
  const checks = createChecks();
  const approver = checks.requiredText("approver", raw.approver, APPROVER_LENGTH_MAX);
  if (assessment.validUntilMs <= nowMs) {
    checks.add("assessment_id", "has run out since it was drafted: record it anew");
  }
  if (checks.fields.length > 0 || approver === null) return { ok: false, fields: checks.fields };
  return { ok: true, record: { approver, approvedAtMs: nowMs } };
}
