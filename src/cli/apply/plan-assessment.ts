import type { ImpactAssessment__Output } from "../../api/generated/cordon/v1/ImpactAssessment.js";
import type { CordonClient } from "../../transport/client/client.js";
import { type AssessmentDocument, assessmentRequest } from "../documents/assessment.js";
import { shortName } from "../output.js";
import { changesOf, type SeenRecord } from "./change.js";
import { blocked, createOrUpdate, Phase, type Planner } from "./plan.js";
import { seenHash, seenInstant, seenSet } from "./seen.js";

/** Records a draft, and approves it when the document says by whom. */
export const planAssessment: Planner<AssessmentDocument> = async (document, current) => {
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
  const run = async (client: CordonClient) => {
    if (found === null || record.length > 0) {
      const assessment = assessmentRequest(document);
      await client.assessment.recordImpactAssessment({ assessment });
    }
    if (approved_by === undefined || isApproved) return;
    await client.assessment.approveImpactAssessment({ assessmentId, approver: approved_by });
  };
  const changes = [...record, ...approval];
  return createOrUpdate(found !== null, changes, { phase: Phase.assessment, run });
};

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
