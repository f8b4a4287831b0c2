/** What a dossier can lack, in the order of the materials; what supplies it. */
import type { GapCode } from "./schema.js";

interface GapKind {
  /** Statutory material, 1 to 5 (Art. 15, second sentence). */
  readonly material: 1 | 2 | 3 | 4 | 5;
  /** What is missing, of the subject. */
  what(subject: string): string;
  /** The command that supplies it. */
  remedy(subject: string): string;
}

// What is set replaces the whole profile, so the rest of it comes from the file.
const operatorSet = (option: string) => () => `cordon operator set --file OPERATOR.yaml ${option}`;
const zoneUpdate = (option: string) => (zone: string) => `cordon zone update ${zone} ${option}`;
const rulesSet = () => "cordon filing rules set --file RULES.yaml";

export const gapKinds: Readonly<Record<GapCode, GapKind>> = {
  OPERATOR: {
    material: 1,
    what: () => "the operator's profile",
    remedy: () => "cordon operator set --file OPERATOR.yaml",
  },
  OPERATOR_NAME: {
    material: 1,
    what: () => "the operator's registered name",
    remedy: operatorSet("--name NAME"),
  },
  OPERATOR_CONTACT: {
    material: 1,
    what: () => "how people reach the operator",
    remedy: operatorSet("--contact CONTACT"),
  },
  CREDIT_CODE: {
    material: 1,
    what: () => "the operator's unified social credit code",
    remedy: operatorSet("--credit-code CODE"),
  },
  REGION: {
    material: 1,
    what: () => "the province-level region of the authority in charge",
    remedy: operatorSet("--region REGION"),
  },
  LEGAL_REPRESENTATIVE: {
    material: 1,
    what: () => "the legal representative",
    remedy: operatorSet("--officer legal-representative:NAME:CONTACT"),
  },
  FILING_HANDLER: {
    material: 1,
    what: () => "the person who handles the filing",
    remedy: operatorSet("--officer filing-handler:NAME:CONTACT"),
  },
  SCENARIO: {
    material: 2,
    what: () => "a zone in use: there is no scenario to file",
    remedy: () => "cordon zone activate ZONE",
  },
  NECESSITY: {
    material: 2,
    what: (zone) => `why it is necessary in zone ${zone}`,
    remedy: zoneUpdate("--necessity TEXT"),
  },
  METHOD: {
    material: 2,
    what: (zone) => `how faces are processed in zone ${zone}`,
    remedy: zoneUpdate("--method TEXT"),
  },
  RETENTION: {
    material: 2,
    what: (zone) => `the longest retention of zone ${zone}`,
    remedy: zoneUpdate("--retention-days-max DAYS"),
  },
  RANGE: {
    material: 2,
    what: (zone) => `a gallery that zone ${zone} may search: its specific range of people`,
    remedy: (zone) => `cordon gallery authorise GALLERY --zone ${zone}`,
  },
  AUDIT_UNCHECKED: {
    material: 3,
    what: () => "a check of the whole audit",
    remedy: () => "cordon audit verify",
  },
  AUDIT_BROKEN: {
    material: 3,
    what: () => "an audit whose chain holds: its check found a fault",
    remedy: () => "cordon audit verify   (says where; restore the audit from a back-up)",
  },
  TRANSPORT: {
    material: 3,
    what: () => "encryption in transit: callers on other machines reach the server without TLS",
    remedy: () => "cordon serve   (with tls_cert_file and tls_key_file in its configuration)",
  },
  INTRUSION: {
    material: 3,
    what: () => "how intrusion is detected and kept out",
    remedy: rulesSet,
  },
  HANDLING_RULES: {
    material: 4,
    what: () => "the handling rules and procedures",
    remedy: rulesSet,
  },
  HANDLING_PART: {
    material: 4,
    what: (part) => `the part "${part}" of the handling rules`,
    remedy: rulesSet,
  },
  HANDLING_APPROVER: {
    material: 4,
    what: () => "who approved the handling rules",
    remedy: rulesSet,
  },
  NOTICE: {
    material: 4,
    what: (zone) => `a notice in force for zone ${zone}`,
    remedy: () => "cordon notice publish --file NOTICE.yaml",
  },
  ASSESSMENT: {
    material: 5,
    what: (zone) => `an approved impact assessment in force for zone ${zone}`,
    remedy: () => "cordon pia record --file ASSESSMENT.yaml, then cordon pia approve ID --by NAME",
  },
  ASSESSMENT_PART: {
    material: 5,
    what: (part) => `the statutory part ${part}`,
    remedy: () =>
      "cordon pia record --file ASSESSMENT.yaml   (a new one), then cordon pia approve ID --by NAME",
  },
};
