import {
  type Dossier,
  type DossierGap,
  type Enclosure,
  enclosures,
  type GapCode,
} from "./schema.js";

/** Materials that an enclosure is filled from; none for a paper that Cordon never sees. */
const sources: Readonly<Record<Enclosure, readonly number[]>> = {
  BASICS_FORM: [1],
  APPLICATION_FORM: [2, 3, 4],
  ASSESSMENT_REPORT: [5],
  CERTIFICATE: [],
  LEGAL_REPRESENTATIVE_IDENTITY: [],
  HANDLER_IDENTITY: [],
  AUTHORISATION_LETTER: [],
  COMMITMENT_LETTER: [],
};

/** What must be on record before a paper can be the right one. */
const needs: Partial<Readonly<Record<Enclosure, readonly GapCode[]>>> = {
  CERTIFICATE: ["OPERATOR", "OPERATOR_NAME", "CREDIT_CODE"],
  LEGAL_REPRESENTATIVE_IDENTITY: ["OPERATOR", "LEGAL_REPRESENTATIVE"],
  HANDLER_IDENTITY: ["OPERATOR", "FILING_HANDLER"],
  AUTHORISATION_LETTER: ["OPERATOR", "LEGAL_REPRESENTATIVE", "FILING_HANDLER"],
  COMMITMENT_LETTER: ["OPERATOR", "LEGAL_REPRESENTATIVE"],
};

/** The checklist of what the portal asks for, in its order. */
export function enclosureStates(gaps: readonly DossierGap[]): Dossier["enclosures"] {
  return enclosures.map((enclosure) => {
    const materials = [...sources[enclosure]];
    const needed = needs[enclosure] ?? [];
    const lacking = gaps.some(
      ({ material, code }) => materials.includes(material) || needed.includes(code),
    );
    const ready = materials.length > 0 ? "READY" : "TO_ATTACH";
    return { enclosure, materials, state: lacking ? "INCOMPLETE" : ready };
  });
}
