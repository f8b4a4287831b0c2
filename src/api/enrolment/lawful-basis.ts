import { invalidField } from "../../base/errors.js";
import type { ClaimedBasis } from "../../compliance/rules/rule.js";
import type { LawfulBasis } from "../../store/person-records.js";
import type { Consent__Output } from "../generated/cordon/v1/Consent.js";
import type { GuardianConsent__Output } from "../generated/cordon/v1/GuardianConsent.js";
import type {
  LawfulBasis__Output,
  LawfulBasis as LawfulBasisMessage,
} from "../generated/cordon/v1/LawfulBasis.js";
import { fromHex, toMs, toTimestamp } from "../mapping.js";

const CITATION_CHARACTERS_MAX = 500;
const CHANNEL_CHARACTERS_MAX = 100;
const RELATION_CHARACTERS_MAX = 100;
const SHA256_BYTES = 32;

/** What the caller claims; what is missing from it, the gate refuses with its article. */
export function toLawfulBasis(message: LawfulBasis__Output | null): ClaimedBasis | null {
  if (message?.consent) return toConsent(message.consent, "lawful_basis.consent");
  if (message?.legalProvision) {
    const field = "lawful_basis.legal_provision.citation";
    const citation = message.legalProvision.citation.trim();
    return { kind: "law", citation: short(citation, CITATION_CHARACTERS_MAX, field) };
  }
  return null;
}

function toConsent(consent: Consent__Output, field: string): ClaimedBasis {
  const { noticeId, noticeVersion, channel, guardian } = consent;
  return {
    kind: "consent",
    givenAtMs: toMs(consent.givenAt, `${field}.given_at`),
    evidenceSha256: toDigest(consent.evidenceSha256, `${field}.evidence_sha256`),
    noticeId,
    noticeVersion,
    channel: short(channel, CHANNEL_CHARACTERS_MAX, `${field}.channel`),
    guardian: guardian === null ? null : toGuardian(guardian, `${field}.guardian`),
  };
}

function toGuardian({ relation, givenAt, evidenceSha256 }: GuardianConsent__Output, field: string) {
  return {
    relation: short(relation.trim(), RELATION_CHARACTERS_MAX, `${field}.relation`),
    givenAtMs: toMs(givenAt, `${field}.given_at`),
    evidenceSha256: toDigest(evidenceSha256, `${field}.evidence_sha256`),
  };
}

function short(text: string, charactersMax: number, field: string): string {
  if (text.length <= charactersMax) return text;
  throw invalidField(field, `must have at most ${charactersMax} characters`);
}

/** Lower-case hex; empty when there is no evidence, which the gate refuses. */
function toDigest(bytes: Buffer, field: string): string {
  if (bytes.length === 0 || bytes.length === SHA256_BYTES) return bytes.toString("hex");
  throw invalidField(field, `must have ${SHA256_BYTES} bytes, and has ${bytes.length}`);
}

export function fromLawfulBasis(basis: LawfulBasis): LawfulBasisMessage {
  if (basis.kind === "law") return { legalProvision: { citation: basis.citation } };
  const { givenAtMs, evidenceSha256, noticeId, noticeVersion, channel, guardian } = basis;
  return {
    consent: {
      givenAt: toTimestamp(givenAtMs),
      evidenceSha256: fromHex(evidenceSha256),
      noticeId,
      noticeVersion,
      channel,
      guardian: guardian === null ? null : fromGuardian(guardian),
    },
  };
}

function fromGuardian({ relation, givenAtMs, evidenceSha256 }: Guardian) {
  const givenAt = toTimestamp(givenAtMs);
  return { relation, givenAt, evidenceSha256: fromHex(evidenceSha256) };
}

type Guardian = NonNullable<Extract<LawfulBasis, { kind: "consent" }>["guardian"]>;
