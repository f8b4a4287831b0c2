import { z } from "zod";
import type { AssessmentTrigger } from "../../api/generated/cordon/v1/AssessmentTrigger.js";
import type { ImpactAssessment } from "../../api/generated/cordon/v1/ImpactAssessment.js";
import { triggers } from "../words.js";
import { evidence, fileHash, hash, id, instant, listOf, oneOf, text } from "./fields.js";

/** `kind: ImpactAssessment`: the four statutory parts, and the signed report. */
export const assessmentSchema = (folder: string) =>
  z
    .strictObject({
      kind: z.literal("ImpactAssessment"),
      assessment_id: id,
      zone_ids: listOf(id).min(1),
      trigger: oneOf(triggers),
      lawfulness: text,
      impact: text,
      risks: text,
      measures: text,
      document: fileHash(folder).optional(),
      document_sha256: hash.optional(),
      valid_until: instant,
      /** Who approved it. Left out: it stays a draft, which the gate does not count. */
      approved_by: text.optional(),
    })
    .transform(({ document, document_sha256, ...assessment }, context) => {
      const names = ["document", "document_sha256"] as const;
      const documentSha256 = evidence(document, document_sha256, names, context);
      return { ...assessment, documentSha256 };
    });

export type AssessmentDocument = z.output<ReturnType<typeof assessmentSchema>>;

export function assessmentRequest(assessment: AssessmentDocument): ImpactAssessment {
  const { lawfulness, impact, risks, measures, documentSha256 } = assessment;
  return {
    assessmentId: assessment.assessment_id,
    zoneIds: [...assessment.zone_ids],
    trigger: `ASSESSMENT_TRIGGER_${assessment.trigger}` as AssessmentTrigger,
    lawfulness,
    impact,
    risks,
    measures,
    documentSha256,
    validUntil: assessment.valid_until,
  };
}
