import type { LawfulBasis } from "../../store/records.js";
import { satisfied, type Violation } from "../violation.js";
import type { ClaimedBasis, Enrolment, Rule } from "./rule.js";

const sha256Hex = /^[0-9a-f]{64}$/;
const remedyCall = "(EnrolmentService.EnrolPerson)";

/** Separate consent is claimed, or a law is named. */
export const lawfulBasisNamed: Rule<Enrolment> = {
  reasons: ["LAWFUL_BASIS_MISSING"],
  article: "Art. 6",
  check(_facts, { lawfulBasis }) {
    const named =
      lawfulBasis !== null && (lawfulBasis.kind === "consent" || /\S/.test(lawfulBasis.citation));
    if (named) return satisfied;
    return [
      {
        reason: "LAWFUL_BASIS_MISSING",
        article: "Art. 6",
        subject: "enrolment/lawful_basis",
        description: "The enrolment names neither the person's separate consent nor a law.",
        remedy: `Give lawful_basis: the consent with its evidence, or the cited law ${remedyCall}.`,
      },
    ];
  },
};

/** A consent that is claimed has been given by now, and its evidence is named. */
export const consentEvidenced: Rule<Enrolment> = {
  reasons: ["CONSENT_MISSING"],
  article: "Art. 6",
  check(_facts, { lawfulBasis }, nowMs) {
    if (lawfulBasis?.kind !== "consent") return satisfied;
    const { givenAtMs, evidenceSha256 } = lawfulBasis;
    const evidenced = sha256Hex.test(evidenceSha256);
    if (evidenced && givenAtMs !== null && givenAtMs <= nowMs) return satisfied;
    const violations: Violation[] = [];
    if (!evidenced) violations.push(consentGap("evidence_sha256", "has no evidence (SHA-256)"));
    if (givenAtMs === null || Number.isNaN(givenAtMs)) {
      violations.push(consentGap("given_at", "does not say when it was given"));
    } else if (givenAtMs > nowMs) {
      violations.push(consentGap("given_at", "is dated in the future"));
    }
    return violations;
  },
};

function consentGap(field: string, gap: string): Violation {
  return {
    reason: "CONSENT_MISSING",
    article: "Art. 6",
    subject: `enrolment/lawful_basis/consent/${field}`,
    description: `The consent ${gap}.`,
    remedy: `Obtain it, keep its evidence, and send both ${remedyCall}.`,
  };
}

/** The day on which the templates go is set, and lies ahead. */
export const retentionSet: Rule<Enrolment> = {
  reasons: ["RETENTION_MISSING"],
  article: "Art. 8",
  check(_facts, { retentionDeadlineMs }, nowMs) {
    if (isAhead(retentionDeadlineMs, nowMs)) return satisfied;
    return [
      {
        reason: "RETENTION_MISSING",
        article: "Art. 8",
        subject: "enrolment/retention_deadline",
        description:
          retentionDeadlineMs === null
            ? "The enrolment does not say when the templates must be gone."
            : "The retention deadline is not in the future.",
        remedy: `Set retention_deadline to the shortest time that serves the purpose ${remedyCall}.`,
      },
    ];
  },
};

function isAhead(deadlineMs: number | null, nowMs: number): boolean {
  return deadlineMs !== null && Number.isFinite(deadlineMs) && deadlineMs > nowMs;
}

/** The claim as a record, once no rule objects to it; null while something is missing. */
export function settledBasis(claim: ClaimedBasis | null): LawfulBasis | null {
  if (claim === null) return null;
  if (claim.kind === "law") return { kind: "law", citation: claim.citation };
  if (claim.givenAtMs === null) return null;
  const { givenAtMs, evidenceSha256 } = claim;
  return { kind: "consent", givenAtMs, evidenceSha256 };
}
