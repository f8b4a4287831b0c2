import type { ImpactAssessment__Output } from "../../api/generated/cordon/v1/ImpactAssessment.js";
import type { Validated } from "../../compliance/checks.js";
import { validateApproval, validateAssessment } from "../../compliance/validate-assessment.js";
import { type AssessmentDocument, assessmentRequest } from "../documents/assessment.js";
import { shortName } from "../output.js";
import { changesOf, type SeenRecord } from "./change.js";
import type { Current } from "./current.js";
import type { Expected } from "./expected.js";
import { outdates } from "./outdates.js";
import { blocked, createOrUpdate, judged, Phase, type Planner, type Step } from "./plan.js";
import { msOf, rawAssessment } from "./raw.js";
import { seenHash, seenInstant, seenSet } from "./seen.js";

/** Records a draft, and approves it when the document says by whom. */
export const planAssessment: Planner<AssessmentDocument> = async (document, current, expected) => {
  const found = await current.assessment(document.assessment_id);
  const record = changesOf(found && seenFound(found), seenWanted(document));
  const { assessment_id: assessmentId, approved_by } = document;
  const isApproved = found?.state === "ASSESSMENT_STATE_APPROVED";
  if (isApproved && record.length > 0) {
    const why = "an approved assessment is never changed: give the new one an id of its own";
    return blocked(why, record);
  }
  const approval = changesOf(
    { approved_by: isApproved ? found.approver : undefined },
    { approved_by },
  );
  if (isApproved && approval.length > 0) {
    return blocked(`it was approved by ${found.approver} already`, approval);
  }
  const { assessment: phase } = Phase;
  const steps: Step[] = [];
  const judgements: Validated<unknown>[] = [];
  const approves = approved_by !== undefined && !isApproved;
  const isStale = found !== null && approves && (await coverChanges(document, current, expected));
  if (found === null || record.length > 0 || isStale) {
    const assessment = assessmentRequest(document);
    const run: Step["run"] = (client) => client.assessment.recordImpactAssessment({ assessment });
    steps.push({ phase, name: "record", run });
    const isZone = await expected.zones(document.zone_ids);
    judgements.push(validateAssessment(rawAssessment(document), isZone, expected.nowMs));
  }
  if (approves) {
    const request = { assessmentId, approver: approved_by };
    const run: Step["run"] = (client) => client.assessment.approveImpactAssessment(request);
    steps.push({ phase, name: "approve", run });
    const validUntilMs = msOf(document.valid_until) ?? 0;
    const approved = validateApproval({ approver: approved_by }, { validUntilMs }, expected.nowMs);
    // A draft that has run out was told of above.
    if (judgements.length === 0 || !approved.ok) judgements.push(approved);
  }
  return judged(createOrUpdate(found !== null, [...record, ...approval], ...steps), ...judgements);
};

/** A draft that was recorded before this run changes its zones is not approved as it is. */
async function coverChanges(
  { zone_ids }: AssessmentDocument,
  current: Current,
  expected: Expected,
): Promise<boolean> {
  for (const zoneId of zone_ids) {
    if ((await outdates(zoneId, current, expected)).assessments) return true;
  }
  return false;
}

function seenWanted(assessment: AssessmentDocument): SeenRecord {
  const { lawfulness, impact, risks, measures } = assessment;
  return {
    zone_ids: seenSet(assessment.zone_ids),
    trigger: assessment.trigger,
    lawfulness,
    impact,
    risks,
    measures,
    document_sha256: seenHash(assessment.documentSha256),
    valid_until: seenInstant(assessment.valid_until),
  };
}

function seenFound(assessment: ImpactAssessment__Output): SeenRecord {
  const { lawfulness, impact, risks, measures } = assessment;
  return {
    zone_ids: seenSet(assessment.zoneIds),
    trigger: shortName(assessment.trigger, "ASSESSMENT_TRIGGER_"),
    lawfulness,
    impact,
    risks,
    measures,
    document_sha256: seenHash(assessment.documentSha256),
    valid_until: seenInstant(assessment.validUntil),
  };
}
