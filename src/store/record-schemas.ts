import { z } from "zod";
import {
  accessibleFormats,
  assessmentTriggers,
  type ComplianceRecords,
  type RecordKind,
} from "./gate-records.js";
import { id, network, sha256, sha256OrEmpty, text, timeMs } from "./schemas.js";

/** Characters of one statutory part of an impact assessment at most. */
const longText = z.string().max(20_480);
/** Zones that one record names at most. */
export const zonesPerRecordMax = 1_024;
const zoneIds = z.array(id).min(1).max(zonesPerRecordMax);
/** By zone id. */
const fingerprints = z.record(id, sha256);

/** The shape of each kind of compliance record, as `schemas.ts` has those of the others. */
export const recordSchemas: {
  readonly [Kind in RecordKind]: z.ZodType<ComplianceRecords[Kind]>;
} = {
  notice: z.object({
    noticeId: id,
    version: z.int().min(1),
    zoneIds,
    texts: z.array(
      z.object({
        language: text,
        processor: text,
        purposeMethodRetention: text,
        necessityImpact: text,
        rights: text,
        other: text,
      }),
    ),
    accessibleFormats: z.array(z.enum(accessibleFormats)),
    publishedAtMs: timeMs,
    withdrawnAtMs: timeMs.nullable(),
    fingerprints,
  }),
  assessment: z
    .object({
      assessmentId: id,
      state: z.enum(["DRAFT", "APPROVED"]),
      zoneIds,
      trigger: z.enum(assessmentTriggers),
      lawfulness: longText,
      impact: longText,
      risks: longText,
      measures: longText,
      documentSha256: sha256,
      validUntilMs: timeMs,
      createdAtMs: timeMs,
      recordedAtMs: timeMs.exactOptional(),
      approver: text,
      approvedAtMs: timeMs.nullable(),
      fingerprints,
    })
    // A body older than the field may have been written as early as it was created.
    .transform(({ recordedAtMs, ...rest }) => ({
      ...rest,
      recordedAtMs: recordedAtMs ?? rest.createdAtMs,
    })),
  incident: z.object({
    incidentId: id,
    zoneIds: z.array(id).max(zonesPerRecordMax),
    occurredAtMs: timeMs,
    description: text,
    recordedAtMs: timeMs,
  }),
  alternative: z.object({
    methodId: id,
    zoneId: id,
    description: text,
    availableFromMs: timeMs,
  }),
  egress: z.object({
    basisId: id,
    zoneId: id,
    networks: z.array(network).min(1),
    citation: text,
    consentEvidenceSha256: sha256OrEmpty,
    validUntilMs: timeMs,
  }),
  minorRules: z.object({
    storage: text,
    use: text,
    transfer: text,
    disclosure: text,
    documentSha256: sha256,
    approver: text,
    approvedAtMs: timeMs,
  }),
};
