import { saysSomething } from "../../base/says.js";
import type { LawfulBasis } from "../../store/person-records.js";
import { broken, kept, nothing } from "../violation.js";
import { isInForce, noticeSubject } from "./notice.js";
import type { ClaimedBasis, Enrolment, Rule } from "./rule.js";

export const sha256Hex = /^[0-9a-f]{64}$/;
export const remedyCall = "(EnrolmentService.EnrolPerson)";

/** Separate consent is claimed, or a law is named. */
export const lawfulBasisNamed: Rule<Enrolment> = {
  reasons: ["LAWFUL_BASIS_MISSING"],
  article: "Art. 6",
  check(_facts, { lawfulBasis }) {
    const what = {
      reason: "LAWFUL_BASIS_MISSING",
      article: "Art. 6",
      subject: "enrolment/lawful_basis",
    } as const;
    const named =
      lawfulBasis !== null &&
      (lawfulBasis.kind === "consent" || saysSomething(lawfulBasis.citation));
    if (named) return [kept({ ...what, description: "The enrolment names its lawful basis." })];
    return [
      broken({
        ...what,
        description: "The enrolment names neither the person's separate consent nor a law.",
        remedy: `Give lawful_basis: the consent with its evidence, or the cited law ${remedyCall}.`,
      }),
    ];
  },
};

/** A consent that is claimed has been given by now, and its evidence is named. */
export const consentEvidenced: Rule<Enrolment> = {
  reasons: ["CONSENT_MISSING"],
  article: "Art. 6",
  check(_facts, { lawfulBasis }, nowMs) {
    if (lawfulBasis?.kind !== "consent") return nothing;
    return consentGaps(lawfulBasis, nowMs).map(({ field, gap }) =>
      broken({
        reason: "CONSENT_MISSING",
        article: "Art. 6",
        subject: `enrolment/lawful_basis/consent/${field}`,
        description: `The consent ${gap}.`,
        remedy: `Obtain it, keep its evidence, and send both ${remedyCall}.`,
      }),
    );
  },
};

/** What a consent, of the person or of a guardian, lacks to be one. */
export function consentGaps(
  consent: { readonly givenAtMs: number | null; readonly evidenceSha256: string },
  nowMs: number,
): readonly { readonly field: string; readonly gap: string }[] {
  const { givenAtMs, evidenceSha256 } = consent;
  const gaps: { field: string; gap: string }[] = [];
  if (!sha256Hex.test(evidenceSha256)) {
    gaps.push({ field: "evidence_sha256", gap: "has no evidence (SHA-256)" });
  }
  if (givenAtMs === null || Number.isNaN(givenAtMs)) {
    gaps.push({ field: "given_at", gap: "does not say when it was given" });
  } else if (givenAtMs > nowMs) {
    gaps.push({ field: "given_at", gap: "is dated in the future" });
  }
  return gaps;
}

/** A consent was given to a notice that is in force, in its current version. */
export const consentToCurrentNotice: Rule<Enrolment> = {
  reasons: ["CONSENT_NOTICE_OUTDATED"],
  article: "Art. 6",
  check(facts, { lawfulBasis }, nowMs) {
    if (lawfulBasis?.kind !== "consent") return nothing;
    const { noticeId, noticeVersion, givenAtMs } = lawfulBasis;
    const newest = facts.notice(noticeId);
    const inForce = newest !== undefined && isInForce(newest, nowMs);
    const what = {
      reason: "CONSENT_NOTICE_OUTDATED",
      article: "Art. 6",
      subject: "enrolment/lawful_basis/consent/notice_id",
    } as const;
    const isCurrent = inForce && newest.version === noticeVersion;
    const isEarlier = isCurrent && isBefore(givenAtMs, newest.publishedAtMs);
    if (isCurrent && !isEarlier) {
      const description = "The consent was given to the current notice.";
      return [kept({ ...what, description }, [noticeSubject(noticeId, noticeVersion)])];
    }
    return [
      broken({
        ...what,
        description: isEarlier
          ? "The consent is dated before that version of the notice was published."
          : noticeGap(noticeId, newest?.version, inForce),
        remedy: `Show the current notice, obtain consent to it, and name both ${remedyCall}.`,
      }),
    ];
  },
};

/** Consents are dated by the day, in whatever time zone, so a day's difference says nothing. */
const DATE_GRACE_MS = 86_400_000;

function isBefore(givenAtMs: number | null, publishedAtMs: number): boolean {
  return givenAtMs !== null && givenAtMs + DATE_GRACE_MS < publishedAtMs;
}

function noticeGap(noticeId: string, newest: number | undefined, inForce: boolean): string {
  if (noticeId === "") return "The consent does not say to which notice it was given.";
  if (newest === undefined) return "The consent was given to a notice that is not on record.";
  if (!inForce) return "The consent was given to a notice that is not in force.";
  return `The consent was not given to the current version of the notice, which is ${newest}.`;
}

/** The claim as a record, once no rule objects to it; null while something is missing. */
export function settledBasis(claim: ClaimedBasis | null, nowMs: number): LawfulBasis | null {
  if (claim === null) return null;
  if (claim.kind === "law") return { kind: "law", citation: claim.citation };
  if (claim.givenAtMs === null) return null;
  const { givenAtMs, evidenceSha256, noticeId, noticeVersion, channel } = claim;
  const guardian = settledGuardian(claim.guardian, nowMs);
  return { kind: "consent", givenAtMs, evidenceSha256, noticeId, noticeVersion, channel, guardian };
}

type ClaimedGuardian = Extract<ClaimedBasis, { kind: "consent" }>["guardian"];

/** What a guardian's consent lacks to be one; everything when there is none. */
export function guardianGaps(claim: ClaimedGuardian, nowMs: number): readonly string[] {
  if (claim === null) return ["is not given"];
  const gaps = consentGaps(claim, nowMs).map(({ gap }) => gap);
  return saysSomething(claim.relation) ? gaps : [...gaps, "names no relation"];
}

/** One that is not complete got here because none is needed, and is not kept. */
function settledGuardian(claim: ClaimedGuardian, nowMs: number) {
  if (claim === null || claim.givenAtMs === null || guardianGaps(claim, nowMs).length > 0) {
    return null;
  }
  return { ...claim, givenAtMs: claim.givenAtMs };
}
