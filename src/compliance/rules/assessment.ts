import type { ImpactAssessment, Incident } from "../../store/gate-records.js";
import type { ZoneFact } from "../facts.js";
import { broken, type Finding, kept, nothing, subjectOf } from "../violation.js";
import { instantText } from "./instant.js";
import type { Rule, ZoneQuery } from "./rule.js";

const article = "Art. 9";

/**
 * An approved impact assessment covers the zone's purpose and method as they are now, was written
 * and approved after the last major incident, and has not run out. Where none does, the finding is
 * about the one approved last.
 */
export const assessmentInForce: Rule<ZoneQuery> = {
  reasons: ["PIA_MISSING", "PIA_OUTDATED"],
  article,
  check(facts, { zoneId }, nowMs) {
    const fact = facts.zone(zoneId);
    if (fact === undefined) return nothing;
    const approved = fact.assessments.filter((assessment) => isApproved(assessment, nowMs));
    const latest = greatest(approved, ({ approvedAtMs }) => approvedAtMs ?? -Infinity);
    if (latest === null) return [missing(subjectOf("zone", zoneId, "assessment"))];
    const good = approved.filter((assessment) => gapsOf(assessment, fact, nowMs).length === 0);
    const best = greatest(good, ({ validUntilMs }) => validUntilMs);
    if (best !== null) return inForce(subjectOf("zone", zoneId, "assessment"), best);
    return [outdated(latest, gapsOf(latest, fact, nowMs))];
  },
};

function isApproved({ state, approvedAtMs }: ImpactAssessment, nowMs: number): boolean {
  return state === "APPROVED" && approvedAtMs !== null && approvedAtMs <= nowMs;
}

/** What an assessment cannot have weighed, for it came after, as sentences. */
export function unweighed(
  assessment: Pick<ImpactAssessment, "fingerprints" | "recordedAtMs" | "approvedAtMs">,
  { zone, assessmentFingerprint, incidents }: ZoneFact,
): readonly string[] {
  const gaps: string[] = [];
  if (assessment.fingerprints[zone.zoneId] !== assessmentFingerprint) {
    gaps.push("The zone's purpose or method has changed since it was recorded.");
  }
  const { recordedAtMs, approvedAtMs } = assessment;
  // An approval comes after the draft, unless the clock was set back: then the earlier one counts.
  const writtenAtMs = Math.min(recordedAtMs, approvedAtMs ?? Infinity);
  const incident = greatest(incidents, knownAtMs);
  // Not `writtenAtMs <= known`: one that was written at no known time has weighed nothing.
  if (incident !== null && !(writtenAtMs > knownAtMs(incident))) {
    gaps.push(`It was recorded before the incident "${incident.incidentId}" was known.`);
  }
  return gaps;
}

/** Why an approved assessment does not count for the zone, as sentences. */
function gapsOf(assessment: ImpactAssessment, fact: ZoneFact, nowMs: number): readonly string[] {
  const gaps = [...unweighed(assessment, fact)];
  if (!(nowMs < assessment.validUntilMs)) {
    gaps.push(`It ran out at ${instantText(assessment.validUntilMs)}.`);
  }
  return gaps;
}

/** An incident that was found late could not be weighed before it was on record. */
function knownAtMs({ occurredAtMs, recordedAtMs }: Incident): number {
  return Math.max(occurredAtMs, recordedAtMs);
}

function greatest<T>(items: readonly T[], measure: (item: T) => number): T | null {
  let best: T | null = null;
  for (const item of items) {
    if (best === null || measure(item) > measure(best)) best = item;
  }
  return best;
}

const remedy =
  "Assess the impact anew and have that approved (ImpactAssessmentService.RecordImpactAssessment, " +
  "then ImpactAssessmentService.ApproveImpactAssessment).";

function missing(subject: string): Finding {
  const description = "No approved impact assessment covers the zone.";
  return broken({ reason: "PIA_MISSING", article, subject, description, remedy });
}

function outdated({ assessmentId }: ImpactAssessment, gaps: readonly string[]): Finding {
  const subject = subjectOf("assessment", assessmentId);
  const description = `The impact assessment no longer counts. ${gaps.join(" ")}`;
  return broken({ reason: "PIA_OUTDATED", article, subject, description, remedy }, [subject]);
}

function inForce(subject: string, assessment: ImpactAssessment): readonly Finding[] {
  const { assessmentId, validUntilMs } = assessment;
  const records = [subjectOf("assessment", assessmentId)];
  const covered = "An approved impact assessment covers the zone.";
  const valid = `The impact assessment is good until ${instantText(validUntilMs)}.`;
  return [
    kept({ reason: "PIA_MISSING", article, subject, description: covered }, records),
    kept({ reason: "PIA_OUTDATED", article, subject, description: valid }, records, validUntilMs),
  ];
}
