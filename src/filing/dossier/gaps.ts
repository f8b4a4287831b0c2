import { gapKinds } from "./gap-codes.js";
import type { Dossier, DossierGap, GapCode } from "./schema.js";

/** Gaps of one code that are listed; the last one says how many more there are. */
export const GAPS_OF_A_CODE_MAX = 50;

/** A dossier before it is known what it lacks. */
export type Contents = Omit<Dossier, "gaps" | "complete" | "enclosures">;
type Missing = readonly [code: GapCode, subject: string];

/** What is missing, by material; empty when all is there. */
export function findGaps(contents: Contents): DossierGap[] {
  const missing = [
    ...ofProcessor(contents),
    ...ofScenarios(contents),
    ...ofSecurity(contents),
    ...ofRules(contents),
    ...ofAssessments(contents),
  ];
  const subjects = new Map<GapCode, string[]>();
  for (const [code, subject] of missing) {
    const known = subjects.get(code);
    if (known === undefined) subjects.set(code, [subject]);
    else known.push(subject);
  }
  return [...subjects].flatMap(([code, of]) => listed(code, of));
}

function listed(code: GapCode, subjects: readonly string[]): DossierGap[] {
  const { material, what, remedy } = gapKinds[code];
  return subjects.slice(0, GAPS_OF_A_CODE_MAX).map((subject, place) => {
    const more = place === GAPS_OF_A_CODE_MAX - 1 ? subjects.length - GAPS_OF_A_CODE_MAX : 0;
    const others = more > 0 ? `; and ${more} more of this kind` : "";
    const gap = { material, code, subject, more };
    return { ...gap, what: `${what(subject)}${others}`, remedy: remedy(subject) };
  });
}

/** Nothing in it but white space and characters that nobody sees. */
export function isBlank(text: string): boolean {
  return !/[^\s\p{C}]/u.test(text);
}

function ofProcessor({ processor }: Contents): readonly Missing[] {
  if (processor === null) return [["OPERATOR", ""]];
  const texts: readonly (readonly [GapCode, string])[] = [
    ["OPERATOR_NAME", processor.name],
    ["OPERATOR_CONTACT", processor.contact],
    ["CREDIT_CODE", processor.unifiedSocialCreditCode],
    ["REGION", processor.region],
  ];
  const officers = (["LEGAL_REPRESENTATIVE", "FILING_HANDLER"] as const).filter(
    (role) =>
      !processor.officers.some((officer) => officer.role === role && !isBlank(officer.name)),
  );
  return [...blank(texts), ...officers.map((role): Missing => [role, ""])];
}

function blank(texts: readonly (readonly [GapCode, string])[]): readonly Missing[] {
  return texts.filter(([, text]) => isBlank(text)).map(([code]): Missing => [code, ""]);
}

function ofScenarios({ scenarios }: Contents): readonly Missing[] {
  if (scenarios.length === 0) return [["SCENARIO", ""]];
  return scenarios.flatMap(({ zoneId, necessity, method, retentionDaysMax, galleryIds }) => {
    const missing: Missing[] = [];
    if (isBlank(necessity)) missing.push(["NECESSITY", zoneId]);
    if (isBlank(method)) missing.push(["METHOD", zoneId]);
    if (retentionDaysMax === 0) missing.push(["RETENTION", zoneId]);
    if (galleryIds.length === 0) missing.push(["RANGE", zoneId]);
    return missing;
  });
}

function ofSecurity({ security }: Contents): readonly Missing[] {
  const { audit, access, intrusionDetection } = security;
  const missing: Missing[] = [];
  if (audit.verified === null) missing.push(["AUDIT_UNCHECKED", ""]);
  if (audit.verified === false) missing.push(["AUDIT_BROKEN", ""]);
  if (!access.tls && !access.loopbackOnly) missing.push(["TRANSPORT", ""]);
  if (isBlank(intrusionDetection)) missing.push(["INTRUSION", ""]);
  return missing;
}

/** Parts of the handling rules but for the detection of intrusion, which is asked for in (3). */
export const handlingParts = [
  "collection",
  "storage",
  "use",
  "transfer",
  "deletion",
  "authorisation",
  "incidentResponse",
] as const;

/**
 * Rules for minors are no gap: without them the gate enrols nobody who is, or may be, under 14.
 */
function ofRules({ rules, scenarios }: Contents): readonly Missing[] {
  const missing: Missing[] = [];
  const { handling, notices } = rules;
  if (handling === null) missing.push(["HANDLING_RULES", ""]);
  else {
    for (const part of handlingParts) {
      if (isBlank(handling[part])) missing.push(["HANDLING_PART", part]);
    }
    if (isBlank(handling.approver)) missing.push(["HANDLING_APPROVER", ""]);
  }
  const noticed = new Set(notices.flatMap(({ zoneIds }) => zoneIds));
  for (const { zoneId } of scenarios) if (!noticed.has(zoneId)) missing.push(["NOTICE", zoneId]);
  return missing;
}

/** The four parts of a report, in the order of Art. 9. */
export const assessmentParts = ["lawfulness", "impact", "risks", "measures"] as const;

function ofAssessments({ assessments, scenarios }: Contents): readonly Missing[] {
  const assessed = new Set(assessments.flatMap(({ zoneIds }) => zoneIds));
  const uncovered = scenarios.filter(({ zoneId }) => !assessed.has(zoneId));
  const missing = uncovered.map(({ zoneId }): Missing => ["ASSESSMENT", zoneId]);
  for (const assessment of assessments) {
    for (const [place, part] of assessmentParts.entries()) {
      if (!isBlank(assessment[part])) continue;
      missing.push(["ASSESSMENT_PART", `(${place + 1}) of ${assessment.assessmentId}`]);
    }
  }
  return missing;
}
