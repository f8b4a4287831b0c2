import type { HandlingRules } from "../store/filing-records.js";
import { createChecks, type Validated } from "./checks.js";
import { APPROVER_LENGTH_MAX } from "./validate-assessment.js";

export const HANDLING_RULES_PART_LENGTH_MAX = 8000;

/** What a caller says of how face information is handled (`cordon.v1.HandlingRules`), unchecked. */
export interface RawHandlingRules extends Omit<HandlingRules, "documentSha256" | "approvedAtMs"> {
  readonly documentSha256: Uint8Array;
  /** Null for now. */
  readonly approvedAtMs: number | null;
}

/** The handling rules, or every field that is wrong. */
export function validateHandlingRules(
  raw: RawHandlingRules,
  nowMs: number,
): Validated<HandlingRules> {
  const checks = createChecks();
  const { collection, storage, use, transfer, deletion } = raw;
  const { authorisation, incidentResponse, intrusionDetection, approver } = raw;
  for (const [name, part] of Object.entries({
    ...{ collection, storage, use, transfer, deletion, authorisation },
    ...{ incident_response: incidentResponse, intrusion_detection: intrusionDetection },
  })) {
    checks.requiredText(`rules.${name}`, part, HANDLING_RULES_PART_LENGTH_MAX);
  }
  const documentSha256 = checks.optionalSha256("rules.document_sha256", raw.documentSha256);
  checks.requiredText("rules.approver", approver, APPROVER_LENGTH_MAX);
  const approvedAtMs = checks.instant("rules.approve_time", raw.approvedAtMs ?? nowMs);
  if (approvedAtMs !== null && approvedAtMs > nowMs) {
    checks.add("rules.approve_time", "is in the future");
  }
  if (checks.fields.length > 0 || documentSha256 === null || approvedAtMs === null) {
    return { ok: false, fields: checks.fields };
  }
  const parts = { collection, storage, use, transfer, deletion, authorisation };
  const guarding = { incidentResponse, intrusionDetection };
  return { ok: true, record: { ...parts, ...guarding, documentSha256, approver, approvedAtMs } };
}
