import { z } from "zod";
import type { AlternativeMethod } from "../../api/generated/cordon/v1/AlternativeMethod.js";
import type { EgressBasis } from "../../api/generated/cordon/v1/EgressBasis.js";
import type { MinorRules } from "../../api/generated/cordon/v1/MinorRules.js";
import { evidence, fileHash, hash, id, instant, listOf, network, text } from "./fields.js";

/** `kind: AlternativeMethod`: another, non-face way to the same end. */
export const alternativeSchema = () =>
  z.strictObject({
    kind: z.literal("AlternativeMethod"),
    method_id: id,
    zone_id: id,
    description: text,
    /** Left out: from when it is recorded. */
    available_from: instant.optional(),
  });

export type AlternativeDocument = z.output<ReturnType<typeof alternativeSchema>>;

export function alternativeRequest(method: AlternativeDocument): AlternativeMethod {
  const { method_id: methodId, zone_id: zoneId, description, available_from } = method;
  const from = available_from === undefined ? {} : { availableFrom: available_from };
  return { methodId, zoneId, description, ...from };
}

/** `kind: EgressBasis`: why face information may come from beyond the permitted networks. */
export const egressSchema = (folder: string) =>
  z
    .strictObject({
      kind: z.literal("EgressBasis"),
      basis_id: id,
      zone_id: id,
      networks: listOf(network).min(1),
      citation: text.optional(),
      consent_evidence: fileHash(folder).optional(),
      consent_evidence_sha256: hash.optional(),
      valid_until: instant,
    })
    .transform(({ consent_evidence, consent_evidence_sha256, ...basis }, context) => {
      const given = [basis.citation, consent_evidence, consent_evidence_sha256];
      if (given.filter((value) => value !== undefined).length !== 1) {
        const message =
          "give citation, consent_evidence (a file) or consent_evidence_sha256, one of the three";
        context.addIssue({ code: "custom", message, path: ["citation"] });
      }
      const digest = consent_evidence ?? consent_evidence_sha256 ?? Buffer.alloc(0);
      return { ...basis, consentEvidenceSha256: digest };
    });

export type EgressDocument = z.output<ReturnType<typeof egressSchema>>;

export function egressRequest(basis: EgressDocument): EgressBasis {
  return {
    basisId: basis.basis_id,
    zoneId: basis.zone_id,
    networks: [...basis.networks],
    citation: basis.citation ?? "",
    consentEvidenceSha256: basis.consentEvidenceSha256,
    validUntil: basis.valid_until,
  };
}

/** `kind: MinorRules`: how minors' face information is handled, one for the whole server. */
export const minorRulesSchema = (folder: string) =>
  z
    .strictObject({
      kind: z.literal("MinorRules"),
      storage: text,
      use: text,
      transfer: text,
      disclosure: text,
      document: fileHash(folder).optional(),
      document_sha256: hash.optional(),
      approved_by: text,
    })
    .transform(({ document, document_sha256, ...rules }, context) => {
      const names = ["document", "document_sha256"] as const;
      return { ...rules, documentSha256: evidence(document, document_sha256, names, context) };
    });

export type MinorRulesDocument = z.output<ReturnType<typeof minorRulesSchema>>;

export function minorRulesRequest(rules: MinorRulesDocument): MinorRules {
  const { storage, use, transfer, disclosure, documentSha256, approved_by: approver } = rules;
  return { storage, use, transfer, disclosure, documentSha256, approver };
}
