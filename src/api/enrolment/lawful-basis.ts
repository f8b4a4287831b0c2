import { invalidField } from "../../base/errors.js";
import type { ClaimedBasis } from "../../compliance/rules/rule.js";
import type { LawfulBasis } from "../../store/records.js";
import type {
  LawfulBasis__Output,
  LawfulBasis as LawfulBasisMessage,
} from "../generated/cordon/v1/LawfulBasis.js";
import { toMs, toTimestamp } from "../mapping.js";

const CITATION_CHARACTERS_MAX = 500;
const SHA256_BYTES = 32;

/** What the caller claims; what is missing from it, the gate refuses with its article. */
export function toLawfulBasis(message: LawfulBasis__Output | null): ClaimedBasis | null {
  if (message?.consent) {
    const { evidenceSha256, givenAt } = message.consent;
    if (evidenceSha256.length !== 0 && evidenceSha256.length !== SHA256_BYTES) {
      throw invalidField(
        "lawful_basis.consent.evidence_sha256",
        `must have ${SHA256_BYTES} bytes, and has ${evidenceSha256.length}`,
      );
    }
    return {
      kind: "consent",
      givenAtMs: toMs(givenAt, "lawful_basis.consent.given_at"),
      evidenceSha256: evidenceSha256.toString("hex"),
    };
  }
  if (message?.legalProvision) {
    const citation = message.legalProvision.citation.trim();
    if (citation.length > CITATION_CHARACTERS_MAX) {
      throw invalidField(
        "lawful_basis.legal_provision.citation",
        `must have at most ${CITATION_CHARACTERS_MAX} characters`,
      );
    }
    return { kind: "law", citation };
  }
  return null;
}

export function fromLawfulBasis(basis: LawfulBasis): LawfulBasisMessage {
  if (basis.kind === "law") return { legalProvision: { citation: basis.citation } };
  return {
    consent: {
      givenAt: toTimestamp(basis.givenAtMs),
      evidenceSha256: Buffer.from(basis.evidenceSha256, "hex"),
    },
  };
}
