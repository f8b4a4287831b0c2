import { z } from "zod";
import type { HandlingRules } from "../../api/generated/cordon/v1/HandlingRules.js";
import { fileHash, hash, instant, text } from "./fields.js";

/** `kind: HandlingRules`: what material 4 of the filing asks for, one for the whole server. */
export const handlingRulesSchema = (folder: string) =>
  z
    .strictObject({
      kind: z.literal("HandlingRules"),
      collection: text,
      storage: text,
      use: text,
      transfer: text,
      deletion: text,
      authorisation: text,
      incident_response: text,
      intrusion_detection: text,
      document: fileHash(folder).optional(),
      document_sha256: hash.optional(),
      approved_by: text,
      /** Left out: when they are set. */
      approved_at: instant.optional(),
    })
    .transform(({ document, document_sha256, ...rules }, context) => {
      if (document !== undefined && document_sha256 !== undefined) {
        const message = "give document (a file) or document_sha256, not both";
        context.addIssue({ code: "custom", message, path: ["document"] });
      }
      return { ...rules, documentSha256: document ?? document_sha256 ?? Buffer.alloc(0) };
    });

export type HandlingRulesDocument = z.output<ReturnType<typeof handlingRulesSchema>>;

export function handlingRulesRequest(rules: HandlingRulesDocument): HandlingRules {
  const { collection, storage, use, transfer, deletion, authorisation, approved_at } = rules;
  return {
    ...{ collection, storage, use, transfer, deletion, authorisation },
    incidentResponse: rules.incident_response,
    intrusionDetection: rules.intrusion_detection,
    documentSha256: rules.documentSha256,
    approver: rules.approved_by,
    ...(approved_at === undefined ? {} : { approveTime: approved_at }),
  };
}
