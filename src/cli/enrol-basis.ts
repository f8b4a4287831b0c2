import type { Command } from "commander";
import type { AgeBand } from "../api/generated/cordon/v1/AgeBand.js";
import type { Consent } from "../api/generated/cordon/v1/Consent.js";
import type { LawfulBasis } from "../api/generated/cordon/v1/LawfulBasis.js";
import { UsageError } from "./failure.js";
import { birthDate, fileSha256, integer, sha256, slug, text, timestamp, word } from "./parse.js";
import { ageBands, typed } from "./words.js";

const TEXT_CHARACTERS_MAX = 100;
const CITATION_CHARACTERS_MAX = 500;
const VERSION_MAX = 1_000_000;

type Instant = ReturnType<typeof timestamp>;

/** Why a person may be enrolled, and how old the person is. */
export interface BasisOptions {
  readonly law?: string;
  /** Path of the evidence, or its SHA-256. */
  readonly consent?: string;
  readonly consentSha256?: Buffer;
  readonly consentGiven?: Instant;
  readonly notice?: string;
  readonly noticeVersion?: number;
  readonly channel?: string;
  /** Relation of the guardian, for example `mother`. */
  readonly guardian?: string;
  readonly guardianConsent?: string;
  readonly guardianConsentSha256?: Buffer;
  readonly guardianGiven?: Instant;
  readonly birthDate?: string;
  readonly ageBand?: string;
}

/** Adds what the gate asks of an enrolment. */
export function withBasisOptions(command: Command): Command {
  return command
    .option("--law <citation>", "the law that allows it", text(CITATION_CHARACTERS_MAX))
    .option("--consent <file>", "evidence of the consent; only its SHA-256 is sent")
    .option("--consent-sha256 <hex>", "SHA-256 of that evidence, when it is elsewhere", sha256)
    .option("--consent-given <date>", "when the consent was given", timestamp)
    .option("--notice <notice>", "notice that the person had read", slug)
    .option("--notice-version <n>", "its version", integer(1, VERSION_MAX))
    .option("--channel <text>", "how it was given, as in paper form", text(TEXT_CHARACTERS_MAX))
    .option("--birth-date <date>", "YYYY-MM-DD, sealed at rest", birthDate)
    .option("--age-band <band>", `instead: ${ageBands.map(typed).join(", ")}`, word(ageBands))
    .option("--guardian <relation>", "who consents for a child, as in mother", text(100))
    .option("--guardian-consent <file>", "evidence of that consent; only its SHA-256 is sent")
    .option("--guardian-consent-sha256 <hex>", "SHA-256 of it, when it is elsewhere", sha256)
    .option("--guardian-given <date>", "when the guardian consented", timestamp);
}

/**
 * The lawful basis as the API takes it; evidence is read only when the function is called. Judged
 * by the server: an enrolment without any basis is refused by the gate, with its article.
 *
 * @throws UsageError for options that do not go together
 */
export function basisOf(options: BasisOptions): () => LawfulBasis {
  checkBasis(options);
  const { law, consent, consentSha256, consentGiven } = options;
  if (law !== undefined) return () => ({ legalProvision: { citation: law } });
  if (consentGiven === undefined) return () => ({});
  return () => ({
    consent: {
      givenAt: consentGiven,
      evidenceSha256: hashOf(consent, consentSha256),
      ...noticeOf(options),
      ...guardianOf(options),
    },
  });
}

/** How old the person is, as far as the options say. @throws UsageError when they say it twice */
export function ageOf({ birthDate: date, ageBand: band }: BasisOptions) {
  if (date !== undefined && band !== undefined) {
    throw new UsageError("Give --birth-date or --age-band, not both.");
  }
  if (date !== undefined) return { birthDate: date };
  return band === undefined ? {} : { ageBand: `AGE_BAND_${band}` as AgeBand };
}

function checkBasis(options: BasisOptions): void {
  const { law, consent, consentSha256, consentGiven, notice, noticeVersion } = options;
  if (law !== undefined && (consent !== undefined || consentSha256 !== undefined)) {
    throw new UsageError("Give --law or --consent, not both.");
  }
  if (consent !== undefined && consentSha256 !== undefined) {
    throw new UsageError("Give --consent or --consent-sha256, not both.");
  }
  if ((consent ?? consentSha256) !== undefined && consentGiven === undefined) {
    throw new UsageError("Say when the consent was given: --consent-given 2026-05-04.");
  }
  if ((notice === undefined) !== (noticeVersion === undefined)) {
    throw new UsageError("Give --notice and --notice-version together (cordon notice list).");
  }
  const { guardian, guardianConsent, guardianConsentSha256, guardianGiven } = options;
  const evidence = guardianConsent ?? guardianConsentSha256;
  const given = [guardian, evidence, guardianGiven].filter((value) => value !== undefined).length;
  if (given !== 0 && given !== 3) {
    throw new UsageError("Give --guardian, --guardian-consent and --guardian-given together.");
  }
}

function noticeOf({ notice, noticeVersion, channel }: BasisOptions): Consent {
  return {
    ...(notice === undefined ? {} : { noticeId: notice }),
    ...(noticeVersion === undefined ? {} : { noticeVersion }),
    ...(channel === undefined ? {} : { channel }),
  };
}

function guardianOf(options: BasisOptions): Consent {
  const { guardian: relation, guardianConsent, guardianConsentSha256, guardianGiven } = options;
  if (relation === undefined || guardianGiven === undefined) return {};
  const evidenceSha256 = hashOf(guardianConsent, guardianConsentSha256);
  return { guardian: { relation, givenAt: guardianGiven, evidenceSha256 } };
}

function hashOf(file: string | undefined, digest: Buffer | undefined): Buffer {
  if (file !== undefined) return fileSha256(file);
  return digest ?? Buffer.alloc(0);
}
