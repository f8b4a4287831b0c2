import type { Caller } from "../../access/access.js";
import { notFound } from "../../base/errors.js";
import { createChecks, type Validated } from "../../compliance/checks.js";
import { APPROVER_LENGTH_MAX } from "../../compliance/validate-assessment.js";
import type { HandlingRules } from "../../store/filing-records.js";
import { actorOf, type Engine } from "../engine.js";
import { recordOf } from "../validated.js";
import { requireRecordable } from "./events.js";
import { refreshFiling } from "./status.js";

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

/** Sets the rules and procedures that no other record holds (Art. 15 (4)). */
export function setHandlingRules(
  engine: Engine,
  raw: RawHandlingRules,
  caller: Caller,
): Promise<HandlingRules> {
  return engine.exclusive(async () => {
    const { store, filing, audit, clock } = engine;
    const rules = recordOf(validateHandlingRules(raw, clock.nowMs()));
    const { documentSha256, approver } = rules;
    const details = { documentSha256, approver };
    requireRecordable(details);
    await store.setHandlingRules(rules);
    filing.book.handlingRules = rules;
    // They are no fact of the gate, so its revision does not tell.
    filing.book.checkedRevision = -1;
    refreshFiling(engine);
    await audit.append({ act: "filing.handling-rules", actor: actorOf(caller), details });
    return rules;
  });
}

export function getHandlingRules({ filing }: Pick<Engine, "filing">): HandlingRules {
  const rules = filing.book.handlingRules;
  if (rules === null) throw notFound("handling rules", "self");
  return rules;
}
