import type { Enrolment } from "../../../src/compliance/rules/rule.js";
import { blank, DAY, isHash, isTrue } from "./law.js";
import type { Truth } from "./truth.js";

/** The second table's lines for an enrolment. */
export function enrolLaw(truth: Truth, e: Enrolment, now: number): string[] {
  const lines: string[] = [];
  const claim = e.lawfulBasis;
  const consent = claim?.kind === "consent" ? claim : null;
  if (claim === null || (claim.kind === "law" && blank(claim.citation))) {
    lines.push("LAWFUL_BASIS_MISSING enrolment/lawful_basis");
  }
  const c = "enrolment/lawful_basis/consent";
  const given = (atMs: number | null) => atMs !== null && atMs <= now;
  if (consent && !isHash(consent.evidenceSha256))
    lines.push(`CONSENT_MISSING ${c}/evidence_sha256`);
  if (consent && !given(consent.givenAtMs)) lines.push(`CONSENT_MISSING ${c}/given_at`);
  if (consent) {
    const known = truth.notices
      .filter(({ notice }) => notice.noticeId === consent.noticeId)
      .sort((a, b) => a.notice.version - b.notice.version)
      .at(-1);
    const newest = known?.notice;
    const inForce =
      newest !== undefined && newest.withdrawnAtMs === null && newest.publishedAtMs <= now;
    const current =
      inForce &&
      newest.version === consent.noticeVersion &&
      !(consent.givenAtMs !== null && newest.publishedAtMs - consent.givenAtMs > DAY);
    if (!current) lines.push(`CONSENT_NOTICE_OUTDATED ${c}/notice_id`);
    lines.push(...toldLaw(truth, e, inForce ? known : undefined));
  }
  const young = under14(e.age, now);
  const guardian = consent?.guardian ?? null;
  const allowed =
    guardian !== null &&
    !blank(guardian.relation) &&
    isHash(guardian.evidenceSha256) &&
    given(guardian.givenAtMs);
  if (consent && young !== "no" && !allowed) lines.push(`GUARDIAN_CONSENT_REQUIRED ${c}/guardian`);
  const forMinor = young === "yes" || (young === "unknown" && guardian !== null);
  if (forMinor && !(truth.minorRules && truth.minorRules.approvedAtMs <= now)) {
    lines.push("MINOR_RULES_MISSING minor-rules");
  }
  const deadline = e.retentionDeadlineMs;
  const set = deadline !== null && deadline > now && deadline < Infinity;
  if (!set) lines.push("RETENTION_MISSING enrolment/retention_deadline");
  else if (deadline - now > daysAllowed(truth, e) * DAY) {
    lines.push("RETENTION_TOO_LONG enrolment/retention_deadline");
  }
  const { overdue, policy } = truth.filing;
  if (overdue && policy !== "warn") lines.push("FILING_OVERDUE filing");
  return lines;
}

/** Whoever consents knows of a zone that will search each gallery; there must be one. */
function toldLaw(
  truth: Truth,
  { galleryIds, purpose }: Enrolment,
  known: Truth["notices"][number] | undefined,
): string[] {
  return galleryIds.flatMap((galleryId) => {
    const searching = truth.zones.filter(
      (zone) =>
        zone.state !== "CLOSED" &&
        zone.purpose === purpose &&
        truth.authorisations.some(
          (other) =>
            other.galleryId === galleryId &&
            other.zoneId === zone.zoneId &&
            other.purpose === purpose,
        ),
    );
    if (searching.length === 0) return [`GALLERY_NOT_AUTHORISED gallery/${galleryId}`];
    if (known === undefined) return [];
    const told = searching.some(
      (zone) => known.notice.zoneIds.includes(zone.zoneId) && isTrue(truth, known, zone),
    );
    return told ? [] : [`CONSENT_NOTICE_OUTDATED gallery/${galleryId}`];
  });
}

function under14(age: Enrolment["age"], now: number): "yes" | "no" | "unknown" {
  if (age === null) return "unknown";
  if ("band" in age) return age.band === "UNDER_14" ? "yes" : "no";
  const [year, month, day] = age.birthDate.split("-").map(Number);
  if (year === undefined || month === undefined || day === undefined) return "unknown";
  // Midnight in Shanghai is 16:00 UTC of the day before.
  const bornMs = Date.UTC(year, month - 1, day, -8);
  const grownMs = Date.UTC(year + 14, month - 1, day + 1, -8);
  if (bornMs > now) return "unknown";
  return now < grownMs ? "yes" : "no";
}

function daysAllowed(truth: Truth, { galleryIds }: Enrolment): number {
  const days = truth.zones
    .filter(({ zoneId, state }) => {
      const authorised = truth.authorisations.some(
        (other) => other.zoneId === zoneId && galleryIds.includes(other.galleryId),
      );
      return authorised && state !== "CLOSED";
    })
    .map(({ retentionDaysMax }) => retentionDaysMax);
  return days.length === 0 ? 365 : Math.min(...days);
}
