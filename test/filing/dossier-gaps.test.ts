import { describe, expect, it } from "vitest";
import { buildDossier } from "../../src/filing/dossier/build.js";
import { gapKinds } from "../../src/filing/dossier/gap-codes.js";
import { GAPS_OF_A_CODE_MAX } from "../../src/filing/dossier/gaps.js";
import type { DossierInput } from "../../src/filing/dossier/input.js";
import { type GapCode, gapCodes } from "../../src/filing/dossier/schema.js";
import { cordon } from "../cli/harness.js";
import { emptyInput, sampleAtMs, sampleInput, sampleZone } from "./dossier-sample.js";

type Change = (input: DossierInput) => Partial<DossierInput>;

const operator = (change: object): Change => {
  return ({ operator: of }) => ({ operator: of === null ? null : { ...of, ...change } });
};
const officersBut = (role: string): Change => {
  return (input) =>
    operator({ officers: input.operator?.officers.filter((of) => of.role !== role) })(input);
};
const firstZone = (change: Partial<typeof sampleZone>): Change => {
  return ({ zones }) => ({ zones: zones.map((of, at) => (at === 0 ? { ...of, ...change } : of)) });
};
const audit = (change: Partial<DossierInput["security"]["audit"]>): Change => {
  return ({ security }) => ({
    security: { ...security, audit: { ...security.audit, ...change } },
  });
};
const rules = (change: object): Change => {
  return ({ handlingRules: of }) => ({ handlingRules: of === null ? null : { ...of, ...change } });
};
const assessment = (change: object): Change => {
  return ({ assessments }) => ({ assessments: assessments.map((of) => ({ ...of, ...change })) });
};

/** What is left out, and what is then found, in the words "CODE subject". */
const leftOut: readonly (readonly [string, Change, readonly string[]])[] = [
  ["the operator", () => ({ operator: null }), ["OPERATOR "]],
  ["the name", operator({ name: " " }), ["OPERATOR_NAME "]],
  ["the contact", operator({ contact: "" }), ["OPERATOR_CONTACT "]],
  ["the credit code", operator({ unifiedSocialCreditCode: "" }), ["CREDIT_CODE "]],
  ["the region", operator({ region: "\u200b" }), ["REGION "]],
  ["the legal representative", officersBut("LEGAL_REPRESENTATIVE"), ["LEGAL_REPRESENTATIVE "]],
  ["the handler", officersBut("FILING_HANDLER"), ["FILING_HANDLER "]],
  ["every zone", () => ({ zones: [] }), ["SCENARIO "]],
  ["the use of every zone", allClosed, ["SCENARIO "]],
  ["why it is necessary", firstZone({ necessity: "\n " }), ["NECESSITY plaza"]],
  ["the method", firstZone({ method: "" }), ["METHOD plaza"]],
  ["the retention", firstZone({ retentionDaysMax: 0 }), ["RETENTION plaza"]],
  ["the galleries", () => ({ galleries: [] }), ["RANGE plaza", "RANGE station-north"]],
  ["an authorisation", authorisationsBut("plaza"), ["RANGE plaza"]],
  ["the authorisation for this purpose", firstZone({ purpose: "PUBLIC_SAFETY" }), ["RANGE plaza"]],
  ["the audit's check", audit({ verified: null }), ["AUDIT_UNCHECKED "]],
  ["an intact audit", audit({ verified: false }), ["AUDIT_BROKEN "]],
  ["TLS", withoutTls, ["TRANSPORT "]],
  ["the detection of intrusion", rules({ intrusionDetection: "" }), ["INTRUSION "]],
  ["the handling rules", () => ({ handlingRules: null }), ["INTRUSION ", "HANDLING_RULES "]],
  ["the rules of collection", rules({ collection: "" }), ["HANDLING_PART collection"]],
  ["the rules of storage", rules({ storage: "" }), ["HANDLING_PART storage"]],
  ["the rules of use", rules({ use: "" }), ["HANDLING_PART use"]],
  ["the rules of transfer", rules({ transfer: "" }), ["HANDLING_PART transfer"]],
  ["the rules of deletion", rules({ deletion: "" }), ["HANDLING_PART deletion"]],
  ["the rules of authorisation", rules({ authorisation: "" }), ["HANDLING_PART authorisation"]],
  ["the plan for incidents", rules({ incidentResponse: "" }), ["HANDLING_PART incidentResponse"]],
  ["who approved the rules", rules({ approver: "" }), ["HANDLING_APPROVER "]],
  ["the notice", () => ({ notices: [] }), ["NOTICE plaza", "NOTICE station-north"]],
  ["the assessment", () => ({ assessments: [] }), ["ASSESSMENT plaza", "ASSESSMENT station-north"]],
  ["a zone of the assessment", assessment({ zoneIds: ["plaza"] }), ["ASSESSMENT station-north"]],
  [
    "the approval of the assessment",
    assessment({ state: "DRAFT" }),
    ["ASSESSMENT plaza", "ASSESSMENT station-north"],
  ],
  [
    "an assessment that has not run out",
    assessment({ validUntilMs: sampleAtMs }),
    ["ASSESSMENT plaza", "ASSESSMENT station-north"],
  ],
  ["its lawfulness", assessment({ lawfulness: "" }), ["ASSESSMENT_PART (1) of pia-2026"]],
  ["its impact", assessment({ impact: "" }), ["ASSESSMENT_PART (2) of pia-2026"]],
  ["its risks", assessment({ risks: "" }), ["ASSESSMENT_PART (3) of pia-2026"]],
  ["its measures", assessment({ measures: "" }), ["ASSESSMENT_PART (4) of pia-2026"]],
];

function allClosed({ zones }: DossierInput): Partial<DossierInput> {
  const states = ["DRAFT", "REGISTERED", "CLOSED"] as const;
  return { zones: zones.map((of, at) => ({ ...of, state: states[at % 3] ?? "DRAFT" })) };
}

function authorisationsBut(zoneId: string): Change {
  return ({ authorisations }) => ({
    authorisations: authorisations.filter((of) => of.zoneId !== zoneId),
  });
}

function withoutTls({ security }: DossierInput): Partial<DossierInput> {
  return { security: { ...security, access: { ...security.access, tls: false } } };
}

function gapsOf(input: DossierInput): readonly string[] {
  return buildDossier(input).gaps.map(({ code, subject }) => `${code} ${subject}`);
}

describe("buildDossier", () => {
  it("finds nothing missing in a complete sample", () => {
    const dossier = buildDossier(sampleInput);
    expect(dossier.gaps).toEqual([]);
    expect(dossier.complete).toBe(true);
    expect(dossier.scenarios).toHaveLength(2);
  });

  it.each(leftOut)("finds it when %s is left out", (_what, change, found) => {
    const input = { ...sampleInput, ...change(sampleInput) };
    expect(gapsOf(input)).toEqual(found);
    expect(buildDossier(input).complete).toBe(false);
  });

  it("has a test for every kind of gap", () => {
    const tested = new Set(leftOut.flatMap(([, , found]) => found.map((of) => of.split(" ")[0])));
    expect([...tested].sort()).toEqual([...gapCodes].sort());
  });

  it("takes plaintext on loopback, and the absence of rules for minors, for no gap", () => {
    const { security } = sampleInput;
    const access = { ...security.access, tls: false, loopbackOnly: true };
    const input = { ...sampleInput, security: { ...security, access }, minorRules: null };
    expect(gapsOf(input)).toEqual([]);
  });

  it("says that the enclosures are ready, incomplete or to be attached by hand", () => {
    const states = (input: DossierInput) =>
      Object.fromEntries(
        buildDossier(input).enclosures.map(({ enclosure, state }) => [enclosure, state]),
      );
    expect(states(sampleInput)).toEqual({
      BASICS_FORM: "READY",
      APPLICATION_FORM: "READY",
      ASSESSMENT_REPORT: "READY",
      CERTIFICATE: "TO_ATTACH",
      LEGAL_REPRESENTATIVE_IDENTITY: "TO_ATTACH",
      HANDLER_IDENTITY: "TO_ATTACH",
      AUTHORISATION_LETTER: "TO_ATTACH",
      COMMITMENT_LETTER: "TO_ATTACH",
    });
    expect(new Set(Object.values(states(emptyInput)))).toEqual(new Set(["INCOMPLETE"]));
  });

  it("lists so many gaps of a kind and counts the rest", () => {
    const zones = Array.from({ length: 10_000 }, (_, at) => {
      return { ...sampleZone, zoneId: `zone-${at}`, method: "" };
    });
    const gaps = buildDossier({ ...sampleInput, zones }).gaps.filter(
      ({ code }) => code === "METHOD",
    );
    expect(gaps).toHaveLength(GAPS_OF_A_CODE_MAX);
    expect(gaps.at(-1)?.more).toBe(10_000 - GAPS_OF_A_CODE_MAX);
    expect(gaps.at(-1)?.what).toContain("9950 more of this kind");
    expect(gaps.slice(0, -1).every(({ more }) => more === 0)).toBe(true);
  });
});

describe("the remedies", () => {
  const remedies = gapCodes.flatMap((code: GapCode) =>
    gapKinds[code]
      .remedy("plaza")
      .split(", then ")
      .map((remedy) => [remedy] as const),
  );

  it.each([...new Set(remedies.map(([remedy]) => remedy))])("%s is a command", async (remedy) => {
    const typed = remedy.replace(/ {3}\(.*\)$/u, "").split(" ");
    const words = typed.slice(1).filter((word) => /^[a-z]+$/u.test(word) && word !== "plaza");
    const { code, out } = await cordon([...words, "--help"]);
    expect(code).toBe(0);
    for (const option of typed.filter((word) => word.startsWith("--"))) {
      expect(out).toContain(option);
    }
    expect(out).toContain(`cordon ${words.join(" ")} `);
  });
});
