import type { ImpactAssessment } from "../../store/gate-records.js";
import type { ImpactAssessment as AssessmentMessage } from "../generated/cordon/v1/ImpactAssessment.js";
import { fromHex, toTimestamp, toTimestampOrNull } from "../mapping.js";

export function fromAssessment(assessment: ImpactAssessment): AssessmentMessage {
  const { assessmentId, lawfulness, impact, risks, measures, approver } = assessment;
  return {
    assessmentId,
    lawfulness,
    impact,
    risks,
    measures,
    approver,
    state: `ASSESSMENT_STATE_${assessment.state}`,
    zoneIds: [...assessment.zoneIds],
    trigger: `ASSESSMENT_TRIGGER_${assessment.trigger}`,
    documentSha256: fromHex(assessment.documentSha256),
    validUntil: toTimestamp(assessment.validUntilMs),
    approveTime: toTimestampOrNull(assessment.approvedAtMs),
    createTime: toTimestamp(assessment.createdAtMs),
  };
}
