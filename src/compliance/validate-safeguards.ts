import type { AlternativeMethod, EgressBasis, MinorRules } from "../store/gate-records.js";
import { type Checks, createChecks, type Validated } from "./checks.js";
import { canonicalNetwork, NETWORKS_MAX } from "./networks.js";
import { APPROVER_LENGTH_MAX } from "./validate-assessment.js";

export const ALTERNATIVE_DESCRIPTION_LENGTH_MAX = 2000;
export const CITATION_LENGTH_MAX = 500;
export const MINOR_RULES_PART_LENGTH_MAX = 4000;

/** What a caller says of an alternative method (`cordon.v1.AlternativeMethod`), unchecked. */
export interface RawAlternative {
  readonly methodId: string;
  readonly zoneId: string;
  readonly description: string;
  /** Null means from now on. */
  readonly availableFromMs: number | null;
}

/**
 * A way without a face, or every field that is wrong.
 * @param isZone says which zones there are
 */
export function validateAlternative(
  raw: RawAlternative,
  isZone: (zoneId: string) => boolean,
  nowMs: number,
): Validated<AlternativeMethod> {
  const checks = createChecks();
  const { methodId, zoneId, description } = raw;
  checks.slug("method.method_id", methodId);
  if (!isZone(zoneId)) checks.add("method.zone_id", "is no zone");
  checks.requiredText("method.description", description, ALTERNATIVE_DESCRIPTION_LENGTH_MAX);
  const availableFromMs = checks.instant("method.available_from", raw.availableFromMs ?? nowMs);
  if (checks.fields.length > 0 || availableFromMs === null) {
    return { ok: false, fields: checks.fields };
  }
  return { ok: true, record: { methodId, zoneId, description, availableFromMs } };
}

/** What a caller says of an egress basis (`cordon.v1.EgressBasis`), unchecked. */
export interface RawEgressBasis {
  readonly basisId: string;
  readonly zoneId: string;
  readonly networks: readonly string[];
  readonly citation: string;
  readonly consentEvidenceSha256: Uint8Array;
  readonly validUntilMs: number | null;
}

/**
 * An egress basis, networks in canonical form, or every field that is wrong.
 * @param isZone says which zones there are
 */
export function validateEgressBasis(
  raw: RawEgressBasis,
  isZone: (zoneId: string) => boolean,
  nowMs: number,
): Validated<EgressBasis> {
  const checks = createChecks();
  const { basisId, zoneId, citation } = raw;
  checks.slug("basis.basis_id", basisId);
  if (!isZone(zoneId)) checks.add("basis.zone_id", "is no zone");
  if (raw.networks.length === 0) checks.add("basis.networks", "must name at least one network");
  const networks = checkNetworks(checks, "basis.networks", raw.networks);
  checks.text("basis.citation", citation, CITATION_LENGTH_MAX);
  const consentEvidenceSha256 = checks.optionalSha256(
    "basis.consent_evidence_sha256",
    raw.consentEvidenceSha256,
  );
  if (citation.trim() === "" && consentEvidenceSha256 === "") {
    checks.add("basis.citation", "is required without consent_evidence_sha256: name the law");
  }
  const validUntilMs = checks.instant("basis.valid_until", raw.validUntilMs);
  if (validUntilMs !== null && validUntilMs <= nowMs) {
    checks.add("basis.valid_until", "is not in the future");
  }
  const complete = consentEvidenceSha256 !== null && validUntilMs !== null;
  if (checks.fields.length > 0 || !complete) return { ok: false, fields: checks.fields };
  const record = { basisId, zoneId, networks, citation, consentEvidenceSha256, validUntilMs };
  return { ok: true, record };
}

/** Networks in canonical form, each once. */
export function checkNetworks(
  checks: Checks,
  field: string,
  networks: readonly string[],
): readonly string[] {
  if (networks.length > NETWORKS_MAX) {
    checks.add(field, `must be at most ${NETWORKS_MAX}`);
    return [];
  }
  const canonical: string[] = [];
  for (const [at, text] of networks.entries()) {
    const result = canonicalNetwork(text);
    if ("problem" in result) checks.add(`${field}[${at}]`, result.problem);
    else if (canonical.includes(result.network))
      checks.add(`${field}[${at}]`, "is in the list twice");
    else canonical.push(result.network);
  }
  return canonical;
}

/** What a caller says of the rules for minors (`cordon.v1.MinorRules`), unchecked. */
export interface RawMinorRules {
  readonly storage: string;
  readonly use: string;
  readonly transfer: string;
  readonly disclosure: string;
  readonly documentSha256: Uint8Array;
  readonly approver: string;
}

/** The rules for minors, approved now, or every field that is wrong. */
export function validateMinorRules(raw: RawMinorRules, nowMs: number): Validated<MinorRules> {
  const checks = createChecks();
  const { storage, use, transfer, disclosure, approver } = raw;
  for (const [name, part] of Object.entries({ storage, use, transfer, disclosure })) {
    checks.requiredText(`rules.${name}`, part, MINOR_RULES_PART_LENGTH_MAX);
  }
  const documentSha256 = checks.sha256("rules.document_sha256", raw.documentSha256);
  checks.requiredText("rules.approver", approver, APPROVER_LENGTH_MAX);
  if (checks.fields.length > 0 || documentSha256 === null) {
    return { ok: false, fields: checks.fields };
  }
  return {
    ok: true,
    record: { storage, use, transfer, disclosure, documentSha256, approver, approvedAtMs: nowMs },
  };
}
