/** The form of a dossier, in TypeScript and as a JSON Schema (draft 2020-12). */
import { z } from "zod";
import { accessibleFormats, assessmentTriggers } from "../../store/gate-records.js";
import { officerRoles, placeTypes, purposes } from "../../store/records.js";

/** Written in every dossier. A change that a reader would notice makes a new one. */
export const DOSSIER_FORM = "cordon.dossier/1";
/** Ends in `.schema.json`, beside the dossier. */
export const DOSSIER_SCHEMA_NAME = "dossier.schema.json";

const text = z.string();
const count = z.int().min(0);
const time = z.iso.datetime().describe("UTC");
const sha256 = z.string().regex(/^([0-9a-f]{64})?$/u);
const day = z.iso.date().describe("Asia/Shanghai");

export const gapCodes = [
  "OPERATOR",
  "OPERATOR_NAME",
  "OPERATOR_CONTACT",
  "CREDIT_CODE",
  "REGION",
  "LEGAL_REPRESENTATIVE",
  "FILING_HANDLER",
  "SCENARIO",
  "NECESSITY",
  "METHOD",
  "RETENTION",
  "RANGE",
  "AUDIT_UNCHECKED",
  "AUDIT_BROKEN",
  "TRANSPORT",
  "INTRUSION",
  "HANDLING_RULES",
  "HANDLING_PART",
  "HANDLING_APPROVER",
  "NOTICE",
  "ASSESSMENT",
  "ASSESSMENT_PART",
] as const;
export type GapCode = (typeof gapCodes)[number];

const gap = z.strictObject({
  material: z.int().min(0).max(5).describe("Statutory material, 1 to 5"),
  code: z.enum(gapCodes),
  subject: text.describe("What it is missing of, for example the id of a zone"),
  more: count.describe("As many more of this code are not listed"),
  what: text,
  remedy: text.describe("The command that supplies it"),
});

const filing = z.strictObject({
  state: text,
  threshold: count,
  reachedAt: time.nullable(),
  clocks: z.array(
    z.strictObject({
      kind: z.enum(["FILING", "CHANGE", "CANCELLATION"]),
      startDay: day,
      deadlineDay: day,
      provisional: z.boolean(),
      running: z.boolean(),
      sections: z.array(text),
    }),
  ),
});

const processor = z.strictObject({
  name: text,
  contact: text,
  unifiedSocialCreditCode: text,
  region: text,
  officers: z.array(z.strictObject({ role: z.enum(officerRoles), name: text, contact: text })),
});

const gallery = z.strictObject({
  galleryId: text,
  displayName: text,
  persons: count,
  templates: count,
});

const scenario = z.strictObject({
  zoneId: text,
  displayName: text,
  state: z.enum(["ACTIVE", "SUSPENDED"]),
  placeType: z.enum(placeTypes),
  purpose: z.enum(purposes),
  necessity: text,
  method: text,
  cameras: count,
  galleryIds: z.array(text),
  retentionDaysMax: count,
  permittedNetworks: z.array(text),
  validFrom: time,
  validUntil: time,
});

const stored = z.strictObject({
  persons: count.describe("Distinct natural persons whose templates are stored"),
  templates: count,
  countedAt: time,
  galleries: z.array(gallery),
});

const security = z.strictObject({
  encryption: z.strictObject({
    keyProvider: text,
    keyVersion: count,
    cipher: z.literal("AES-256-GCM"),
    perPersonKeys: z.boolean(),
  }),
  audit: z.strictObject({
    verified: z.boolean().nullable(),
    verifiedAt: time.nullable(),
    records: count,
    checkpoints: count,
    headSeq: count,
    headHash: sha256,
    retentionDays: count,
  }),
  access: z.strictObject({
    tls: z.boolean(),
    mutualTls: z.boolean(),
    tokens: z.boolean(),
    loopbackOnly: z.boolean(),
    callers: z.array(z.strictObject({ role: text, callers: count })),
  }),
  authorisations: z.array(
    z.strictObject({
      galleryId: text,
      zoneId: text,
      purpose: z.enum(purposes),
      authorisedAt: time,
    }),
  ),
  intrusionDetection: text.describe("As the handling rules have it"),
  incidents: z.array(z.strictObject({ incidentId: text, occurredAt: time, description: text })),
});

const handling = z.strictObject({
  collection: text,
  storage: text,
  use: text,
  transfer: text,
  deletion: text,
  authorisation: text,
  incidentResponse: text,
  intrusionDetection: text,
  documentSha256: sha256,
  approver: text,
  approvedAt: time,
});

const minors = z.strictObject({
  storage: text,
  use: text,
  transfer: text,
  disclosure: text,
  documentSha256: sha256,
  approver: text,
  approvedAt: time,
});

const notice = z.strictObject({
  noticeId: text,
  version: z.int().min(1),
  zoneIds: z.array(text),
  publishedAt: time,
  accessibleFormats: z.array(z.enum(accessibleFormats)),
  texts: z.array(
    z.strictObject({
      language: text,
      processor: text,
      purposeMethodRetention: text,
      necessityImpact: text,
      rights: text,
      other: text,
    }),
  ),
});

const assessment = z.strictObject({
  assessmentId: text,
  zoneIds: z.array(text),
  trigger: z.enum(assessmentTriggers),
  lawfulness: text,
  impact: text,
  risks: text,
  measures: text,
  documentSha256: sha256,
  approver: text,
  approvedAt: time.nullable(),
  validUntil: time,
});

/** What the authority's portal asks for (《人脸识别技术应用备案系统填报说明（第一版）》). */
export const enclosures = [
  "BASICS_FORM",
  "APPLICATION_FORM",
  "ASSESSMENT_REPORT",
  "CERTIFICATE",
  "LEGAL_REPRESENTATIVE_IDENTITY",
  "HANDLER_IDENTITY",
  "AUTHORISATION_LETTER",
  "COMMITMENT_LETTER",
] as const;
export type Enclosure = (typeof enclosures)[number];

const enclosure = z.strictObject({
  enclosure: z.enum(enclosures),
  materials: z.array(z.int().min(1).max(5)).describe("Of the dossier, that it is filled from"),
  state: z
    .enum(["READY", "INCOMPLETE", "TO_ATTACH"])
    .describe("TO_ATTACH: a paper outside of Cordon, to be attached by hand"),
});

export const dossierSchema = z
  .strictObject({
    form: z.literal(DOSSIER_FORM),
    madeAt: time,
    complete: z.boolean().describe("An incomplete dossier must not be handed in"),
    gaps: z.array(gap),
    filing,
    processor: processor.nullable().describe("Art. 15 (1)"),
    scenarios: z.array(scenario).describe("Art. 15 (2)"),
    stored: stored.describe("Art. 15 (3)"),
    security: security.describe("Art. 15 (3)"),
    rules: z
      .strictObject({
        handling: handling.nullable(),
        minors: minors.nullable(),
        notices: z.array(notice),
      })
      .describe("Art. 15 (4)"),
    assessments: z.array(assessment).describe("Art. 15 (5)"),
    enclosures: z.array(enclosure),
  })
  .describe("Dossier of the filing that the Measures, Art. 15, ask for");

/** Plain JSON: what `dossier.json` holds. Texts are as they were typed. */
export type Dossier = z.infer<typeof dossierSchema>;
export type DossierGap = z.infer<typeof gap>;
export type Scenario = z.infer<typeof scenario>;

/** The form of a dossier as a JSON Schema, draft 2020-12. */
export function dossierJsonSchema(): object {
  return z.toJSONSchema(dossierSchema, { target: "draft-2020-12" });
}
