import { createHash } from "node:crypto";
import type { Operator, Zone } from "../store/records.js";

/*
 * What a notice tells and what an assessment covers, in short. A record keeps the fingerprint of
 * when it was written, and counts while that is still the zone's. Revisions, which only grow, are
 * part of it: a change that is taken back has changed something all the same, and what it made
 * outdated stays so.
 */

type ToldOfZone = Pick<
  Zone,
  "purpose" | "method" | "necessity" | "retentionDaysMax" | "noticeRevision"
>;
type ToldOfOperator = Pick<Operator, "name" | "contact" | "noticeRevision">;
type Assessed = Pick<Zone, "purpose" | "method" | "assessmentRevision">;

/**
 * SHA-256, lower-case hex, of what a notice tells about a zone (Art. 5, items 1 to 3): who
 * processes, for what, how, why that is necessary, and for how long faces are kept. A notice whose
 * fingerprint differs from this one no longer tells the truth.
 * @param operator null while none is on record
 */
export function noticeFingerprint(zone: ToldOfZone, operator: ToldOfOperator | null): string {
  return digest(
    "notice",
    [
      operator?.name ?? null,
      operator?.contact ?? null,
      zone.purpose,
      zone.method,
      zone.necessity,
      zone.retentionDaysMax,
    ],
    [zone.noticeRevision, operator?.noticeRevision ?? 0],
  );
}

/**
 * SHA-256, lower-case hex, of what an impact assessment covers of a zone (Art. 9): its purpose and
 * its method. A change of either calls for a new assessment.
 */
export function assessmentFingerprint(zone: Assessed): string {
  return digest("assessment", [zone.purpose, zone.method], [zone.assessmentRevision]);
}

/**
 * The zone after a change, its revisions counted on where notices or assessments are outdated by
 * it. To be called with every change that is stored.
 * @param after with the revisions of `before`
 */
export function revisedZone(before: Zone, after: Zone): Zone {
  const tells = noticeFingerprint(before, null) === noticeFingerprint(after, null);
  const covers = assessmentFingerprint(before) === assessmentFingerprint(after);
  return {
    ...after,
    noticeRevision: before.noticeRevision + (tells ? 0 : 1),
    assessmentRevision: before.assessmentRevision + (covers ? 0 : 1),
  };
}

/**
 * The operator after a change, its revision counted on where notices are outdated by it.
 * @param before null while none was on record
 */
export function revisedOperator(
  before: Operator | null,
  profile: Omit<Operator, "noticeRevision">,
): Operator {
  if (before === null) return { ...profile, noticeRevision: 0 };
  const { noticeRevision } = before;
  const tells = before.name === profile.name && before.contact === profile.contact;
  return { ...profile, noticeRevision: noticeRevision + (tells ? 0 : 1) };
}

/**
 * JSON of a list is canonical: its order is given, and quotes keep the parts apart. Stored, so a
 * change of this form makes every notice and assessment outdated; that is why revisions that are
 * all 0 are left out, as before there were any.
 */
function digest(
  kind: string,
  parts: readonly (string | number | null)[],
  revisions: readonly number[],
): string {
  const counted = revisions.some((revision) => revision > 0) ? [revisions] : [];
  return createHash("sha256")
    .update(JSON.stringify([kind, ...parts, ...counted]))
    .digest("hex");
}
